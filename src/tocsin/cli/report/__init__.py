"""The report of a detection: one HTML file for people, whole without a network.

write_report(Report(table=…, detection=…, signals=…, source_name=…, produced=…), path)
"""

from tocsin.cli.report.content import Report
from tocsin.cli.report.page import render, write_report

__all__ = ["Report", "render", "write_report"]
