"""English, Russian and Chinese: catalogues, numbers and dates, keys to search and sort by."""
