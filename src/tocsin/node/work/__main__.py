"""A worker as a child process: python -m tocsin.node.work PARENT [QUEUE …]."""

import os
import sys

from tocsin.node.work.processes import die_with_parent

if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.node.settings")
    import django

    django.setup()
    from tocsin.node.work.worker import run

    run(*sys.argv[2:])
