"""The product's server as `gonghai run` starts it, for benches that speak HTTP."""

import os
import sys

import uvloop

from gonghai.base.database import Database
from gonghai.http.app import create_app
from gonghai.http.server import Server

if __name__ == "__main__":
    server = Server(create_app(Database(os.environ["BENCH_URL"])), host="127.0.0.1", port=int(sys.argv[1]))
    uvloop.run(server.serve())
