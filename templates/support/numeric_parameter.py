# needs: import numpy
def numeric_parameter(parameter_name, data_type, start, end, scale, num_values=None, step=None):
    """A number of a sweep: its name, its values in a grid, and how one is drawn at random."""
    if scale == "LINEAR" and step:
        values = numpy.arange(start, end + 0.001, step)
    elif num_values:
        values = (numpy.geomspace if scale == "LOG" else numpy.linspace)(start, end, num_values)
    else:
        values = numpy.array([])
    values = [int(round(value)) if data_type == "INTEGER" else float(value) for value in values]

    def draw():
        if scale == "LOG":
            return float(numpy.exp(numpy.random.uniform(numpy.log(start), numpy.log(end))))
        return float(numpy.random.uniform(start, end))

    return parameter_name, values, draw
