"""``python -m logcorr`` and the ``logcorr`` command."""


def main() -> None:
    """Run the command line; it needs the extra ``logcorr[cli]``."""
    try:
        from logcorr.cli import cli
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("click", "rich"):
            raise
        raise SystemExit(
            f"logcorr: the command line needs {missing.name}: pip install 'logcorr[cli]'"
        ) from None
    cli(prog_name="logcorr")


if __name__ == "__main__":
    main()
