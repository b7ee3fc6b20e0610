# needs: import re; from itertools import product
class JobSweep:
    """Jobs with combinations of values in them, as the recipes of Batch AI made them.

    `sweep["NAME"]` stands for a value in the texts of a job. Each job has its values as
    environment variables too, as PARAM_NAME.
    """

    def __init__(self, param_specs):
        self.param_specs = param_specs
        for name, _, _ in param_specs:
            setattr(self, name, self[name])

    def __getitem__(self, name):
        values = {name: values for name, values, _ in self.param_specs}[name]
        if values and isinstance(values[0], dict):
            return {key: f"PARAM_{name}__{key}" for key in values[0]}
        return f"PARAM_{name}"

    def generate_jobs(self, job):
        """A job for each combination, and the combinations."""
        return self._jobs(job, product(*(values for _, values, _ in self.param_specs)))

    def generate_jobs_random_search(self, job, num_jobs):
        """Jobs with values that are drawn at random, and these values."""
        return self._jobs(job, [[draw() for _, _, draw in self.param_specs] for _ in range(num_jobs)])

    def _jobs(self, job, rows):
        combinations = [self._combination(row) for row in rows]
        return [self._job(job, values) for values in combinations], combinations

    def _combination(self, row):
        values = {}
        for (name, _, _), value in zip(self.param_specs, row):
            if isinstance(value, dict):
                values.update({f"PARAM_{name}__{key}": part for key, part in value.items()})
            else:
                values[f"PARAM_{name}"] = value
        return values

    def _job(self, job, values):
        # A file becomes an input of the job, and is mounted for it.
        files = {name: path for name, path in values.items() if str(path).startswith("azureml://")}

        def fill(text, places=None):
            known = {**values, **(places or {})}
            names = "|".join(sorted(known, key=len, reverse=True))
            return re.sub(names, lambda name: str(known[name[0]]), text)

        return copy_job(job, fill, files, {name: str(value) for name, value in values.items()})
