#!/usr/bin/python3
"""A real S3 server for tests: OpenStack Swift with its s3api, whole in this process and on 127.0.0.1 alone.

    server.py FOLDER SECRET

FOLDER is for what it keeps; objects themselves stay in memory. Prints its port when it takes requests, and ends when its standard input does.
The access key is "test:tester", the secret key SECRET, the region "us-east-1". Needs Debian's python3-swift.
"""
import os
import sys

from eventlet import GreenPool, listen, monkey_patch, tpool, wsgi

monkey_patch()

from swift.common import utils  # noqa: E402
from swift.common.http_protocol import SwiftHttpProtocol  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402

SERVERS = {'account': 'account', 'container': 'container', 'object': 'mem_object'}

BACKEND = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}
mount_check = false
[app:main]
use = egg:swift#{program}
"""

PROXY = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors gatekeeper s3api tempauth proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:s3api]
use = egg:swift#s3api
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {secret} .admin
"""


def main(folder, secret):
    write(folder, 'swift.conf', '[swift-hash]\nswift_hash_path_suffix = tests\n')
    utils.set_swift_dir(folder)
    utils.validate_hash_conf()
    os.mkdir(os.path.join(folder, 'disk'))
    servers = GreenPool()
    for kind, program in SERVERS.items():
        socket = listen(('127.0.0.1', 0))
        ring = RingBuilder(part_power=1, replicas=1, min_part_hours=0)
        ring.add_dev({'region': 1, 'zone': 1, 'weight': 1, 'ip': '127.0.0.1', 'port': socket.getsockname()[1], 'device': 'disk'})
        ring.rebalance()
        ring.get_ring().save(os.path.join(folder, kind + '.ring.gz'))
        servers.spawn(serve, socket, write(folder, kind + '.conf', BACKEND.format(folder=folder, program=program)))

    socket = listen(('127.0.0.1', 0))
    servers.spawn(serve, socket, write(folder, 'proxy.conf', PROXY.format(folder=folder, secret=secret)))
    print(socket.getsockname()[1], flush=True)
    tpool.execute(sys.stdin.read)  # In a thread of its own: it would hold up all others.
    os._exit(0)


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, 'w') as file:
        file.write(text)
    return path


class NoCache:
    """In the place of memcached, which Swift asks for and a single process does without."""

    def get(self, *_, **__):
        return None

    def set(self, *_, **__):
        pass

    delete = set


def serve(socket, configuration):
    app = loadapp(configuration)

    def answer(environment, start):
        environment['swift.cache'] = NoCache()
        return app(environment, start)

    # "ETag" must keep its capitals, or Amazon's SDKs do not find it.
    wsgi.server(socket, answer, utils.NullLogger(), protocol=SwiftHttpProtocol, capitalize_response_headers=False)


if __name__ == '__main__':
    main(os.path.realpath(sys.argv[1]), sys.argv[2])
