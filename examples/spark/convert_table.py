"""Converts a folder or a table of files with bai2aml, as one Spark job.

    spark-submit convert_table.py [--program bai2aml] [--target v2] SOURCE RESULT

SOURCE is a folder, local or of any file system that Spark reads. RESULT gets a row for each file, as Parquet: its path,
its new text, the diff, the report as JSON, the files that come to stand beside it, why it was not looked into, and what
went wrong. A file that fails does not stop the others.

On a table that is already there, call `convert(table)`: it takes a DataFrame with `path` and `content` (bytes).
"""

import argparse
import json
import subprocess
import sys
from threading import Thread

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

# What comes out, in this order. `text` is null where the file goes, as a job.json does that becomes YAML.
SCHEMA = """
    path string, text string, diff string, report string,
    made array<struct<path: string, text: string>>, skipped string, error string
"""
COLUMNS = ["path", "text", "diff", "report", "made", "skipped", "error"]

# Files that a process is given at a time; what Arrow hands over is cut into pieces of this size.
BATCH = 256


def convert(files, program="bai2aml", options=()):
    """A DataFrame of what becomes of the files in another one, which has `path` and `content`.

    Each partition has one process that lives as long as the partition.
    """
    command = [program, "convert", "--ndjson", "--quiet", *options]
    return files.select("path", "content").mapInPandas(_Partition(command), SCHEMA)


class _Partition:
    """What a worker of Spark does with the rows of a partition."""

    def __init__(self, command):
        self.command = command

    def __call__(self, frames):
        import pandas

        process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            for frame in frames:
                for start in range(0, len(frame), BATCH):
                    part = frame.iloc[start : start + BATCH]
                    rows = list(_rows(process, zip(part["path"], part["content"])))
                    yield pandas.DataFrame(rows, columns=COLUMNS)
            process.stdin.close()
            # 1 and 2 say that something is left or has failed: the rows say what.
            if process.wait() not in (0, 1, 2):
                raise RuntimeError(f"`bai2aml` ended with {process.returncode}")
        finally:
            process.kill()
            process.wait()


def _rows(process, files):
    """The answers for some files, in their order."""
    lines, failed = [], {}
    files = list(files)
    for index, (path, content) in enumerate(files):
        try:
            lines.append(json.dumps({"path": path, "text": bytes(content).decode("utf-8")}).encode() + b"\n")
        except UnicodeDecodeError as error:
            failed[index] = (
                f"byte {error.start} is not UTF-8; convert this file with `bai2aml convert`, which reads coding lines"
            )
    # The answers come while lines are still being written: whoever only writes would wait for itself.
    writer = Thread(target=_write, args=(process.stdin, lines))
    writer.start()
    for index, (path, _) in enumerate(files):
        if index in failed:
            yield path, None, None, None, [], None, failed[index]
            continue
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"`bai2aml` ended with {process.wait()} before it answered for {path}")
        answer = json.loads(line)
        report = answer["report"] and json.dumps(answer["report"], ensure_ascii=False)
        made = answer.get("made", [])
        yield path, answer["text"], answer["diff"], report, made, answer.get("skipped"), answer["error"]
    writer.join()


def _write(pipe, lines):
    try:
        for line in lines:
            pipe.write(line)
        pipe.flush()
    except BrokenPipeError:
        pass  # The process is gone: whoever reads its answers says so.


def files_of(spark, folder):
    """The files of a folder, by their paths in it; Spark leaves out what is empty."""
    files = spark.read.format("binaryFile").option("recursiveFileLookup", True).load(folder)
    # Spark gives whole addresses, and the folder may be written in another way: so Hadoop says what it is called.
    path = spark._jvm.org.apache.hadoop.fs.Path(folder)
    root = path.getFileSystem(spark._jsc.hadoopConfiguration()).makeQualified(path).toString().rstrip("/") + "/"
    return files.select(f.expr(f"substring(path, {len(root) + 1})").alias("path"), "content")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", metavar="SOURCE")
    parser.add_argument("result", metavar="RESULT")
    parser.add_argument("--program", default="bai2aml", help="bai2aml on the workers [default: the one in PATH]")
    parser.add_argument("--target", default="v2", choices=["v2", "v1"])
    args = parser.parse_args()

    spark = SparkSession.builder.appName("bai2aml").getOrCreate()
    # Files are larger than the rows that Arrow's usual 10,000 are meant for.
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", BATCH)
    files = files_of(spark, args.source)
    convert(files, args.program, ["--target", args.target]).write.mode("errorifexists").parquet(args.result)

    done = spark.read.parquet(args.result).select("path", "error", (f.col("diff") != "").alias("is_new"))
    total, changed, failed = 0, 0, []
    for row in done.toLocalIterator():
        total, changed = total + 1, changed + bool(row.is_new)
        if row.error is not None:
            failed.append((row.path, row.error))
    print(f"{total} files, {changed} converted, {len(failed)} failed")
    for path, error in sorted(failed):
        # The name of a file is somebody's data: it does not drive the terminal.
        print(f"{path!r}: {error}")
    spark.stop()


if __name__ == "__main__":
    sys.exit(main())
