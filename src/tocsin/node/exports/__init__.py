"""What leaves the node as a file: tables as CSV, XLSX and PDF, pictures, and the situation report. No models."""
