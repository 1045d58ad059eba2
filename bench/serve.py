"""The product's server as `gonghai run` starts it, for benches that speak HTTP."""

import os
import sys

import uvicorn

from gonghai.base.database import Database
from gonghai.http.app import create_app

if __name__ == "__main__":
    uvicorn.run(
        create_app(Database(os.environ["BENCH_URL"])),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
