"""flask audit …"""

import click
from flask import current_app

from blueprints.audit import bp
from blueprints.extensions import db
from models import audit


@bp.cli.command("verify")
def verify():
    """Walk the chain of the audit log; fails where a line was changed, taken out or cut off."""
    lines, fault = audit.verify(db.session, current_app.extensions["keys"].audit)
    if fault is not None:
        raise click.ClickException(f"The chain breaks at line {fault} ({lines} lines read).")
    click.echo(f"{lines} lines, the chain holds.")
