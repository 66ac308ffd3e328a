"""The directory of hospitals as FHIR R4B: `writing.bundle_of` and `reading.read`. docs/fhir.md

Pure: no clock, no file, no database.
"""
