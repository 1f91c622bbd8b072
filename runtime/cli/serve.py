"""``funnelscript serve``: the service, until a signal ends it."""

import socket
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli import terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.http import http_of
from runtime.cli.opening import open_service_runtime, without_password
from runtime.cli.options import DEFAULT_BRAND, BrandOption, ModulesOption, StoreOption, build, environment
from runtime.cli.queues import QueueOption
from runtime.limits import Limits
from runtime.logging import configure
from runtime.recording import Recording
from runtime.session import Session
from runtime.settings import Settings
from runtime.tape.folder import TapeFolder
from runtime.tape.model import TapeOptions
from runtime.variables import variable

if TYPE_CHECKING:
    from runtime.service.core import Core
    from runtime.service.site import Site


class PanelFor(StrEnum):
    """Who sees the debug panel: nobody, who sits at this machine, or all who can reach the server."""

    OFF = "off"
    LOOPBACK = "loopback"
    ALL = "all"


_LIMITS = ("cpu_seconds", "wall_seconds", "memory_bytes")
_SERVICE = ("max_runs", "max_waiting", "max_wait_seconds", "max_brand_runs", "max_body_bytes", "max_held_bytes")


def serve(
    *,
    host: Annotated[str, typer.Option(metavar="HOST", help="The name or address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="The port; 0 takes a free one.")] = 8000,
    share_port: Annotated[
        bool, typer.Option("--share-port", help="Let more servers listen on the same port, to use more cores.")
    ] = False,
    pages: Annotated[Path | None, typer.Option(metavar="DIR", help="Serve the pages of this folder, too.")] = None,
    modules: ModulesOption = None,
    templates: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where layouts and components are. \\[default: the pages' own folder]"),
    ] = None,
    brand: BrandOption = DEFAULT_BRAND,
    store: StoreOption = None,
    queue: QueueOption = None,
    no_reload: Annotated[
        bool, typer.Option("--no-reload", help="Leave browsers alone when a file of the site is saved.")
    ] = False,
    debug_panel: Annotated[
        PanelFor | None,
        typer.Option("--debug-panel", help="Who sees /_debug. \\[default: loopback with --pages, else off]"),
    ] = None,
    tapes: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a tape of each run into this folder, by day.")
    ] = None,
    redact: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Keys whose values tapes do not tell, such as email.")
    ] = None,
    allow_weaker_sandbox: Annotated[
        bool,
        typer.Option("--allow-weaker-sandbox", help="Serve although this host lacks a layer: all scripts are trusted."),
    ] = False,
) -> int:
    """Serve runs over HTTP, and with --pages a folder of pages, until Ctrl-C or SIGTERM."""
    settings = environment()
    # Requests are events of level "info": a server shows them unless it is told not to.
    configure(settings.log_level if "log_level" in settings.model_fields_set else "info", settings.log_format)
    build(Session, {"brand": "--brand"}, {"brand": brand})
    store_url, queue_url = settings.store if store is None else store, settings.queue if queue is None else queue
    folder = None if pages is None else _folder("--pages", pages)
    modules_folder = settings.modules if modules is None else modules
    _require_apart(folder, modules_folder)
    limits = Limits(**settings.model_dump(include=set(_LIMITS)))
    with (
        _listening(host, port, share_port=share_port) as listener,
        open_service_runtime(
            store_url,
            queue_url,
            limits,
            settings.max_runs,
            http=http_of(settings, None),
            modules=modules_folder,
            templates=_folder("--templates", templates) if templates is not None else folder,
            allow_weaker_sandbox=allow_weaker_sandbox,
            recording=Recording(share=settings.record_share, keep_days=settings.keep_runs_days),
        ) as runtime,
    ):
        if tapes is not None:
            runtime.tapes = TapeFolder(_folder("--tapes", tapes), TapeOptions(redact=tuple(redact or ())))
        from runtime.service.core import Core
        from runtime.service.panel.history import History
        from runtime.service.settings import ServiceSettings
        from runtime.service.site import Site

        service = ServiceSettings(**settings.model_dump(include=set(_SERVICE)))
        panel_for = debug_panel or (PanelFor.OFF if folder is None else PanelFor.LOOPBACK)
        core = Core(runtime, service, None if panel_for is PanelFor.OFF else History())
        try:
            site = None
            if folder is not None:
                others = [Path(one) for one in (modules_folder, templates) if one is not None]
                key = _session_key(settings, store_url)
                site = Site(core, folder, key, brand, reload=None if no_reload else others)
            _serve(core, site, panel_for, listener, store_url)
        finally:
            core.close()
    return ExitStatus.OK


def _serve(core: "Core", site: "Site | None", panel_for: PanelFor, listener: socket.socket, store_url: str) -> None:
    from runtime.service.app import build_app
    from runtime.service.panel.endpoint import Panel
    from runtime.service.server import local_url_of, log, serve, url_of

    def started() -> None:
        if site is not None:
            site.start()
        log.info("service_started", url=url_of(listener), store=without_password(store_url))
        terminal.write_text(f"funnelscript serves on {url_of(listener)}\n")
        if panel is not None:
            terminal.write_text(f"the last runs, with their errors: {local_url_of(listener)}/_debug\n")

    def stopping() -> None:
        log.info("service_stopping")
        if site is not None:
            site.stop()

    panel = None if core.history is None else Panel(core.history, everywhere=panel_for is PanelFor.ALL)
    longest_run_seconds = core.runtime.limits.wall_seconds
    serve(
        build_app(core, site, panel),
        listener,
        core.settings,
        longest_run_seconds=longest_run_seconds,
        on_start=started,
        on_stop=stopping,
    )
    log.info("service_stopped")


def _session_key(settings: Settings, store_url: str) -> str:
    from runtime.service.site.session_key import KeyUnsafe, key_beside

    if settings.session_key is not None:
        return settings.session_key.get_secret_value()
    try:
        return key_beside(store_url)
    except KeyUnsafe as error:
        raise CommandFailed(ExitStatus.USAGE, str(error)) from error
    except OSError as error:
        message = f"the key of sessions cannot be kept beside the store ({error}); set {variable('session_key')}"
        raise CommandFailed(ExitStatus.UNAVAILABLE, message) from error


def _folder(option: str, folder: Path) -> Path:
    if not folder.is_dir():
        raise CommandFailed(ExitStatus.USAGE, f"{option}: {folder} is no folder")
    return folder


def _require_apart(pages: Path | None, modules: str | None) -> None:
    """Refuse modules that would be served as the site's own scripts: visitors could read them."""
    if pages is not None and modules is not None and Path(modules).resolve().is_relative_to(pages.resolve()):
        message = f"--modules: {modules} is within the pages' folder, where visitors could read it; put it beside"
        raise CommandFailed(ExitStatus.USAGE, message)


def _listening(host: str, port: int, *, share_port: bool) -> socket.socket:
    from runtime.service.server import listen

    try:
        return listen(host, port, share_port=share_port)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CommandFailed(ExitStatus.UNAVAILABLE, f"cannot listen on {host} port {port}: {reason}") from error
