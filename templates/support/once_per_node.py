def once_per_node(preparation):
    """Shell text that runs a command once on each node before every process goes on.

    Batch AI ran the job preparation once per node; Azure ML starts the command once per
    process. The job stops if the preparation fails.
    """
    if not preparation:
        return ''
    return (
        'P=/tmp/preparation_${AZUREML_RUN_ID:-0}; '
        'if mkdir $P.lock 2>/dev/null; then '
        '( ' + preparation + ' ); echo $? > $P.tmp; mv $P.tmp $P.rc; '
        'else until [ -f $P.rc ]; do sleep 1; done; fi; '
        '[ "$(cat $P.rc)" = 0 ] || exit 1; '
    )
