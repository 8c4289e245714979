"""A backend for the gateway with nothing but Python's standard library: python3 server.py

A refresh token is `session.generation.MAC`: its child can be made again whenever it is asked for, and none is stored.
"""
import base64, hashlib, hmac, json, os, secrets, sqlite3, time
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The gateway has the first, too; nobody else has the second.
ACCESS_SECRET, REFRESH_SECRET = (os.environ[name].encode() for name in ("ETLS_ACCESS", "ETLS_REFRESH"))
LIMITS = {"ACCESS_TOKEN_TTL": 900, "REFRESH_TOKEN_TTL": 43200, "SESSION_MAX_AGE": 2592000, "REFRESH_GRACE": 30}
ACCESS_TOKEN_TTL, IDLE, MAX_AGE, GRACE = (float(os.environ.get(name, usual)) for name, usual in LIMITS.items())

def database():
    db = sqlite3.connect(os.environ.get("DATABASE", "sessions.db"), timeout=2, isolation_level=None)
    db.row_factory = sqlite3.Row
    return db

def slow_hash(password, salt):
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=5)

def set_up():
    db, salt = database(), secrets.token_bytes(16)
    db.executescript("""
        pragma journal_mode = wal;
        create table if not exists people (id text primary key, email text unique, name text, salt blob, hash blob);
        create table if not exists sessions (sid text primary key, person text, generation integer, rotated real,
            idle_until real, ends real, revoked integer default 0)""")
    ada = ("1", "ada@example.com", "Ada", salt, slow_hash("an example sentence", salt))
    db.execute("insert or ignore into people values (?, ?, ?, ?, ?)", ada)

def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

def refresh_token(sid, generation):
    text = f"{sid}.{generation}"
    return f"{text}.{encode(hmac.digest(REFRESH_SECRET, text.encode(), 'sha256'))}"

def read_refresh_token(token):
    """The session and the generation that a token names; None when it was not made here."""
    sid, generation, *_ = *token.split("."), "", ""
    if not (generation.isascii() and generation.isdigit() and len(generation) < 10):
        return None
    is_ours = hmac.compare_digest(token.encode(), refresh_token(sid, int(generation)).encode())
    return (sid, int(generation)) if is_ours else None

def access_token(session, now):
    claims = {"iss": "evergate", "aud": "evergate-app", "sub": session["person"], "sid": session["sid"],
              "iat": int(now), "exp": int(min(now + ACCESS_TOKEN_TTL, session["ends"])) + 1,
              "jti": secrets.token_hex(8), "roles": ["user"], "session_expiry": int(session["ends"])}
    text = ".".join(encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "at+jwt"}, claims))
    return f"{text}.{encode(hmac.digest(ACCESS_SECRET, text.encode(), 'sha256'))}"

def rotate(db, token):
    """The session and the generation to answer, or None and the reason. Parallel presentations wait at `begin`."""
    sid, presented = read_refresh_token(token) or (None, None)
    db.execute("begin immediate")
    session, now = db.execute("select * from sessions where sid = ?", (sid,)).fetchone(), time.time()
    if session is None:
        answer = None, "invalid_refresh_token"
    elif session["revoked"]:
        answer = None, "session_revoked"
    elif now >= min(session["idle_until"], session["ends"]):
        answer = None, "refresh_token_expired"
    elif presented >= session["generation"]:  # the newest; or one newer still, when the store has lost writes
        db.execute("update sessions set generation = ?, rotated = ?, idle_until = ? where sid = ?",
                   (presented + 1, now, now + IDLE, sid))
        answer = session, presented + 1
    elif presented == session["generation"] - 1 and now - session["rotated"] < GRACE:
        answer = session, session["generation"]  # the parent again: the same child again
    else:
        db.execute("update sessions set revoked = 1 where sid = ?", (sid,))
        answer = None, "refresh_token_reused"
    db.execute("commit")
    return answer

class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 15

    def do_POST(self):
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers or not length.isdigit() or int(length) > 16_384:
            self.close_connection = True
            return self.answer(413, {"error": "too_large"})
        body, db = self.rfile.read(int(length)), database()
        route = {"/refreshtoken": self.refresh, "/login": self.login, "/logout": self.logout}.get(self.path)
        try:
            route(db, body) if route else self.answer(404, {"error": "not_found"})
        except sqlite3.Error:
            self.answer(503, {"error": "temporarily_unavailable"})  # an outage signs nobody out
        finally:
            db.close()

    def refresh(self, db, _body):
        token = self.presented()
        session, found = rotate(db, token) if token else (None, "no_refresh_token")
        self.issue(db, session, found) if session else self.answer(403 if token else 401, {"error": found})

    def login(self, db, body):
        try:
            sent = json.loads(body)
            email, password = (sent[name].encode().decode() for name in ("email", "password"))
        except (ValueError, LookupError, TypeError, AttributeError):
            return self.answer(422, {"error": "invalid_request"})
        person = db.execute("select * from people where email = ?", (email.strip().lower(),)).fetchone()
        salt, known = (person["salt"], person["hash"]) if person else (b"nobody", b"")
        if not hmac.compare_digest(slow_hash(password, salt), known):
            return self.answer(401, {"error": "invalid_credentials"})
        now, sid = time.time(), secrets.token_urlsafe(16)
        row = (sid, person["id"], now, now + IDLE, now + MAX_AGE)
        db.execute("insert into sessions values (?, ?, 0, ?, ?, ?, 0)", row)
        self.issue(db, {"sid": sid, "person": person["id"], "ends": now + MAX_AGE}, 0)

    def logout(self, db, _body):
        sid, _ = read_refresh_token(self.presented() or "") or (None, None)
        db.execute("update sessions set revoked = 1 where sid = ?", (sid,))
        self.answer(204)

    def presented(self):
        try:
            return SimpleCookie(self.headers.get("cookie", ""))["refreshToken"].value
        except (CookieError, KeyError):
            return None

    def issue(self, db, session, generation):
        now, child = time.time(), refresh_token(session["sid"], generation)
        person = db.execute("select name, email from people where id = ?", (session["person"],)).fetchone()
        tokens = {"accessToken": access_token(session, now), "refreshToken": child, "userData": dict(person)}
        life = int(min(IDLE, session["ends"] - now)) + 1
        self.answer(200, tokens, f"refreshToken={child}; Max-Age={life}; Path=/; HttpOnly; SameSite=Lax")

    def answer(self, status, body=None, cookie=None):
        data = json.dumps(body).encode() if body else b""
        described = {"content-type": "application/json", "content-length": str(len(data))} if body else {}
        self.send_response(status)
        for name, value in {"cache-control": "no-store", **described, "set-cookie": cookie}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    log_message = lambda *_: None  # the default prints what was asked

if __name__ == "__main__":
    set_up()
    ThreadingHTTPServer.request_queue_size = 128
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3003"))), Handler)
    print(f"backend: http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
