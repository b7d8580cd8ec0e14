"""What a child gives up before it runs anything of a learner's.

bubblewrap has taken away the files, the network and the privileges of the machine from the interpreter
that the child is forked from. The child leaves behind that interpreter too: it gets a process list and a
writable folder of its own, then drops the last privilege, and with a filter of system calls the ways to
start a program or a process, to open a socket and to hold memory that no limit counts.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
from dataclasses import dataclass
from typing import NoReturn

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
HOME = "/tmp"  # the one place a child can write; its own, in memory, gone with it
MEGABYTE = 1_000_000
_NEWNS, _NEWPID = 0x00020000, 0x20000000
_NOSUID, _NODEV = 2, 4
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_CAPABILITY_VERSION = 0x20080522
_ALLOW, _FAIL, _KILL, _FILTER = 0x7FFF0000, 0x00050000, 0x80000000, 2
_THREAD = 0x00010000
_LOAD, _EQUAL, _HAS, _RETURN = 0x20, 0x15, 0x45, 0x06  # operations of the filter's little machine
_NUMBER_AT, _MACHINE_AT, _FIRST_AT, _SECOND_AT = 0, 4, 16, 24  # in the record that the kernel hands to the filter
_SETLEASE = 1024  # with which one process makes every other wait that opens a file
_REMOUNT, _BIND, _READ_ONLY = 32, 4096, 1
_AS_MOUNTED = {os.ST_NOSUID: 2, os.ST_NODEV: 4, os.ST_NOEXEC: 8, os.ST_NOATIME: 1024, os.ST_RELATIME: 1 << 21}
_HEEDED = {signal.SIGTERM, signal.SIGCHLD}

# Refused: what starts programs, looks into others or the machine, leaves the namespaces, holds what no limit counts.
_REFUSED = """
    execve execveat fork vfork unshare setns ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp socket
    memfd_create memfd_secret shmget msgget semget mq_open mount umount2 pivot_root chroot open_by_handle_at
    move_mount open_tree fsopen mount_setattr bpf perf_event_open userfaultfd io_uring_setup keyctl add_key
    request_key statmount listmount syslog io_setup inotify_init inotify_init1 fanotify_init
""".split()  # noqa: SIM905 - a table reads better
# Numbers from the kernel's tables (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h).
_NUMBERS = {
    "x86_64": (
        0xC000003E,
        "execve 59 execveat 322 fork 57 vfork 58 unshare 272 setns 308 ptrace 101 process_vm_readv 310 "
        "process_vm_writev 311 pidfd_getfd 438 kcmp 312 socket 41 memfd_create 319 memfd_secret 447 shmget 29 "
        "msgget 68 semget 64 mq_open 240 mount 165 umount2 166 pivot_root 155 chroot 161 open_by_handle_at 304 "
        "move_mount 429 open_tree 428 fsopen 430 mount_setattr 442 bpf 321 perf_event_open 298 userfaultfd 323 "
        "io_uring_setup 425 keyctl 250 add_key 248 request_key 249 statmount 457 listmount 458 syslog 103 io_setup 206 "
        "inotify_init 253 inotify_init1 294 fanotify_init 300 fcntl 72 clone 56 clone3 435",
    ),
    "aarch64": (
        0xC00000B7,
        "execve 221 execveat 281 unshare 97 setns 268 ptrace 117 process_vm_readv 270 process_vm_writev 271 "
        "pidfd_getfd 438 kcmp 272 socket 198 memfd_create 279 memfd_secret 447 shmget 194 msgget 186 semget 190 "
        "mq_open 180 mount 40 umount2 39 pivot_root 41 chroot 51 open_by_handle_at 265 move_mount 429 open_tree 428 "
        "fsopen 430 mount_setattr 442 bpf 280 perf_event_open 241 userfaultfd 282 io_uring_setup 425 keyctl 219 "
        "add_key 217 request_key 218 statmount 457 listmount 458 syslog 116 io_setup 0 inotify_init1 26 "
        "fanotify_init 262 fcntl 25 clone 220 clone3 435",
    ),
}
MACHINES = tuple(_NUMBERS)


@dataclass(frozen=True)
class Limits:
    """What a child may use.

    `memory` and `disk` are megabytes (a million bytes): of addresses, and of the folder that it can
    write, which lies in memory. `processor` is seconds of all its threads together. `threads` is how
    many it may have; 0 where none may be started, as the system does not count those of root.
    """

    memory: int = 3000
    disk: int = 32
    processor: int = 90
    threads: int = 64


def leave(limits: Limits) -> None:
    """Leave the interpreter's process list and mounts; returns in a process that sees itself alone.

    The process that called waits for the new one and ends as it ends.

    Raises
    ------
    OSError
        When the system refuses.
    """
    _call("unshare", _NEWNS | _NEWPID)
    signal.pthread_sigmask(signal.SIG_BLOCK, _HEEDED)
    child = os.fork()
    if child:
        _wait_for(child)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEEDED)
    os.setsid()  # a signal to the group reaches nobody outside
    _call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    options = f"size={limits.disk * MEGABYTE},nr_inodes=2000,mode=0700".encode()
    _call("mount", b"tmpfs", HOME.encode(), b"tmpfs", _NOSUID | _NODEV, options)
    os.chdir(HOME)


def _wait_for(child: int) -> NoReturn:
    """End as `child` ends, and end it at SIGTERM; what it asks the system for can't keep it from that."""
    os.closerange(3, 1024)  # the line is the child's: when that ends, the grader sees it at once
    while True:
        if signal.sigwait(_HEEDED) == signal.SIGTERM:
            os.kill(child, signal.SIGKILL)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def close_shared() -> None:
    """Close what all children would share: a file that errors go to, and the devices' owners and modes.

    Raises
    ------
    OSError
        When the system refuses.
    """
    for device in DEVICES:
        found = os.statvfs(device).f_flag
        flags = sum(mount for flag, mount in _AS_MOUNTED.items() if found & flag)
        _call("mount", None, device.encode(), None, _REMOUNT | _BIND | _READ_ONLY | flags, None)
    opened = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(opened, number)
    os.close(opened)


def give_up(limits: Limits) -> None:
    """Drop the last privileges and set the limits; nothing of this can be taken back.

    Raises
    ------
    OSError
        When the system refuses, or is of a kind for which there is no filter of system calls.
    """
    allowed = {
        resource.RLIMIT_AS: limits.memory * MEGABYTE,
        resource.RLIMIT_CPU: limits.processor,
        resource.RLIMIT_FSIZE: limits.disk * MEGABYTE,
        resource.RLIMIT_NPROC: max(1, limits.threads),
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in allowed.items():
        soft, hard = resource.getrlimit(what)
        lowest = min([most, *(number for number in (soft, hard) if number != resource.RLIM_INFINITY)])
        resource.setrlimit(what, (lowest, lowest))
    nothing = (ctypes.c_uint32 * 6)()
    _call("capset", ctypes.byref((ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)), ctypes.byref(nothing))
    _call("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    program = _filter(platform.machine(), has_threads=limits.threads > 0)
    held = ctypes.create_string_buffer(program, len(program))
    record = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    _call("prctl", _PR_SET_SECCOMP, _FILTER, ctypes.create_string_buffer(record, len(record)), 0, 0)


def _filter(machine: str, *, has_threads: bool) -> bytes:
    """Return the filter of system calls for a machine, as the kernel's classic BPF reads it."""
    if machine not in _NUMBERS:
        raise OSError(errno.ENOSYS, f"no filter of system calls for {machine}; there is one for {', '.join(MACHINES)}")
    architecture, table = _NUMBERS[machine]
    words = table.split()
    numbers = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    refuse = [*_step(_RETURN, _FAIL | errno.EPERM)]
    lines = [
        *_step(_LOAD, _MACHINE_AT),
        *_step(_EQUAL, architecture, yes=1),
        *_step(_RETURN, _KILL),
        *_step(_LOAD, _NUMBER_AT),
        *_step(_HAS, 0x40000000, no=1),  # the x32 calls, which have numbers of their own
        *refuse,
        # the C library asks clone3, whose flags can't be seen here, and falls back on clone
        *_step(_EQUAL, numbers["clone3"], no=1),
        *_step(_RETURN, _FAIL | errno.ENOSYS),
    ]
    for name in _REFUSED:
        if name in numbers:  # fork and vfork are not calls of their own everywhere
            lines += [*_step(_EQUAL, numbers[name], no=1), *refuse]
    if not has_threads:
        lines += [*_step(_EQUAL, numbers["clone"], no=1), *refuse]
    lines += [
        *_step(_EQUAL, numbers["clone"], no=3),
        *_step(_LOAD, _FIRST_AT),
        *_step(_HAS, _THREAD, yes=4),
        *refuse,
        *_step(_EQUAL, numbers["fcntl"], no=2),
        *_step(_LOAD, _SECOND_AT),
        *_step(_EQUAL, _SETLEASE, yes=1),
        *_step(_RETURN, _ALLOW),
        *refuse,
    ]
    return b"".join(lines)


def _step(operation: int, value: int, *, yes: int = 0, no: int = 0) -> list[bytes]:
    """Return one step; `yes` and `no` are how many of the next ones are jumped over."""
    return [struct.pack("HBBI", operation, yes, no, value)]


_LIBRARY = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> None:
    wide = [ctypes.c_ulong(each) if isinstance(each, int) else each for each in arguments]
    if getattr(_LIBRARY, name)(*wide) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
