# needs: import re; from urllib.request import urlopen
def get_metric(run, output_dir_id, logfile, regex, calculate_method="last"):
    """A number that a run wrote to a file of an output; infinite if there is none."""
    methods = {"last": lambda values: values[-1], "mean": lambda values: sum(values) / len(values), "min": min, "max": max}
    for file in list_output_files(run, output_dir_id):
        if file.name == logfile:
            with urlopen(file.download_url) as log:
                found = re.findall(regex, log.read().decode(), re.DOTALL)
            return methods[calculate_method]([float(value) for value in found]) if found else float("inf")
    return float("inf")
