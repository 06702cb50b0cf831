"""The pages that read across: dashboards, records, enterprise sheet, outturn report."""
