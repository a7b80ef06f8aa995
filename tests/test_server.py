"""The server around the page: what it loads ahead, and what it sends with every answer."""

import subprocess
import sys
import textwrap

from tests.server import ROOT


def test_the_collector_passes_over_what_the_warm_up_has_loaded():
    """In a process of its own: what is frozen stays so."""
    source = """
        import gc, threading
        from page import server
        from gradviz.methods import loading
        server.warm_up()
        warm = gc.get_freeze_count()
        server.load_torch()
        for thread in threading.enumerate():
            if thread.name == "loading PyTorch":
                thread.join()
        print(warm, gc.get_freeze_count(), len(gc.get_objects()), loading.torch_is_loaded())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(source)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    warm, with_torch, rest, loaded = done.stdout.split()
    assert loaded == "True"
    assert int(with_torch) > int(warm) > 10 * int(rest)
