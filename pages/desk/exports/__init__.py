"""What leaves as a file besides plain text: a workbook, and a page of paper."""
