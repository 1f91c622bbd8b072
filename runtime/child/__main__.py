"""Started by the host as ``python -I -m runtime.child FD``: the zygote on control socket FD."""

import sys

from runtime.child.zygote import main

main(int(sys.argv[1]))
