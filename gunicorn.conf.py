"""How gunicorn serves the app. Its log keeps no address, no path and nothing that anybody sent."""

import os
import sys

from gunicorn.glogging import Logger


class Discreet(Logger):
    """Says that something was wrong with a request, not whose and not what."""

    def warning(self, message, *args, **kwargs):
        if "request" in message.lower():
            message, args = "A request was refused before it reached the app.", ()
        super().warning(message, *args, **kwargs)

    def exception(self, message, *args, **kwargs):
        super().error("%s while handling a request.", getattr(sys.exc_info()[0], "__name__", "An error"))


wsgi_app = "app:create_app()"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WORKERS", "2"))
worker_class = "gthread"
threads = 4
accesslog = None
logger_class = Discreet
control_socket_disable = True
