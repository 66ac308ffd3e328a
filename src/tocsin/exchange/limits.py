"""What is refused by size alone, before it is read. docs/exchange.md gives the same figures."""

MIB = 1024 * 1024

RECORD_BYTES = 10 * MIB  # of one record of a bundle: an item, a manifest, parcels
MANIFEST_BYTES = 1 * MIB  # 5,000 digests are 230,000
BATCH_BYTES = 15 * MIB  # of a manifest's record and those that belong to it, so that every batch fits a page
PAGE_BYTES = 16 * MIB  # of a bundle over HTTP, and of any request's body
PAGE_FILLED_BYTES = 8 * MIB  # a page is full from here on
PAGE_RECORDS = 200_000  # of a bundle over HTTP; a page of a chain has the most, one for each document
PAGE_DOCUMENTS = 1_000  # or from here on
BATCH_DOCUMENTS = 5_000  # one manifest covers no more
SEALED_DOCUMENTS = 1_000  # our own sealer puts no more under one manifest
SEALED_BYTES = 7 * MIB  # of the documents under one manifest, and of one document: sealed, it is a third larger
PARCEL_BYTES = 2_000  # of a parcel, and
PARCEL_KEY_BYTES = 100  # for each document of its batch
DOCUMENT_BYTES = 10 * MIB  # of a document when opened
RATIO = 200  # opened to compressed
DEPTH = 32  # of JSON
SIGNATURES = 16  # at one manifest or checkpoint
ADDRESSEES = 64
MEETING_PAGES = 1_000  # that are asked for in one meeting; what is left waits for the next
MEETING_UNLOCKED = 100  # batches whose keys are asked for, or brought, in one meeting
LEAVES_PAGE = 65_536  # of the log
SKEW_SECONDS = 300
NONCE_SECONDS = 900
LEAVES_AT_ONCE = 4_194_304  # of one log, learned from one peer: 128 MiB
KNOWN = 10_000  # digests that one request names as known
LOG_FILL = 16  # the tree's size at a checkpoint is a multiple of it
