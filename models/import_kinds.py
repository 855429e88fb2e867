"""Every kind of spreadsheet that sets a station up, in the order in which they are brought in."""

from models.import_places import Communities, Plates, Sites
from models.import_staff import Officers, Posts

KINDS = {kind.code: kind for kind in (Communities, Officers, Posts, Sites, Plates)}
