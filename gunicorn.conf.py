"""How gunicorn serves the app. No access log: it would keep addresses and paths."""

import os

wsgi_app = "app:create_app()"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WORKERS", "2"))
worker_class = "gthread"
threads = 4
accesslog = None
control_socket_disable = True
