"""Files people send: delimited text, workbooks, Parquet. Each yields batches of text and nothing else."""
