"""The headers of every answer, errors and files included (SEC-22, 24, 27)."""

from werkzeug.datastructures import Headers

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types htmx"
)
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"  # of a file that a stranger made (SEC-48)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Vary": "HX-Request, Cookie, Accept-Encoding",
}


def harden(headers: Headers, reference: str, over_tls: bool, may_be_kept: bool = False) -> None:
    """Put them on an answer that is known by `reference`; only a file of the look may be kept by a browser."""
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY)  # a download has a stricter one
    headers.update(ALWAYS)
    headers["X-Request-Id"] = reference
    if over_tls:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if not may_be_kept:
        headers["Cache-Control"] = "no-store"
        headers.pop("ETag", None)
        headers.pop("Last-Modified", None)
