# needs: import numpy
def discrete_parameter(parameter_name, values):
    """A choice of a sweep: its name, its values, and how one is drawn at random."""
    return parameter_name, values, lambda: values[numpy.random.randint(len(values))]
