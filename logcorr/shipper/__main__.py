"""``python -m logcorr.shipper``: how the application starts the shipper."""

import sys

from logcorr.shipper import main

sys.exit(main(sys.argv[1:]))
