"""A daemon's control socket with canned answers, for the tests of erwatchctl.

Answers are (status, body) by "METHOD uri", the uri as it was sent. Every request is noted. Body may be bytes, a callable
that writes to the connection itself, or None: say nothing and keep the connection open.
"""

import os
import socket
import threading


class FakeControl:
    def __init__(self, path, answers):
        self.path, self.answers, self.seen, self.held = path, answers, [], []
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(16)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
        for connection in self.held:
            connection.close()
        os.unlink(self.path)

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            try:
                self.answer(connection)
            except OSError:
                connection.close()

    def answer(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            more = connection.recv(4096)
            if not more:
                raise OSError("the client went away")
            head += more
        method, uri, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        self.seen.append(f"{method} {uri}")
        status, body = self.answers.get(f"{method} {uri}", (404, b'{"error":{"code":"not-found","message":"no"}}'))
        if body is None:
            self.held.append(connection)
            return
        if callable(body):
            body(connection)
        else:
            connection.sendall(
                b"HTTP/1.1 %d x\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                % (status, len(body)) + body)
        connection.close()
