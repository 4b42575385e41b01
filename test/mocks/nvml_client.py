"""An NVML client for the tests, with none of the project's code in it: reads one JSON command a line, answers one a line.

{"open": PATH}                              -> {"library": index}
{"call": NAME, "args": [...], "library": i} -> {"status": int, "out": [...]} or {"absent": true}
{"fork": [commands]}                        -> {"fork": [answers of the child]}
{"seteuid": uid}                            -> {}
{"pid": true}                               -> {"pid": pid}
{"close": i}                                -> {}: the library is unloaded
{"resources": true}                         -> {"threads": n, "descriptors": n} of the process
{"output": [program, args…]}                -> {"text": what it printed}
{"exec": [program, args…]}                  -> nothing: becomes that program

An argument is a number (unsigned int), null, {"i32"|"u64": n}, {"handle": i} (looked up by index before, else an address nobody gave out),
{"text": "…"}, {"out": "i32"|"u32"|"u64"|"handle", "value": n}, or {"buffer": bytes, "u32": [numbers at its start]}, which comes back as hex.
"""
import _ctypes, ctypes as c, json, os, subprocess, sys, time

KINDS = {"i32": c.c_int, "u32": c.c_uint, "u64": c.c_ulonglong, "handle": c.c_void_p}
libraries, handles = [], {}


def argument(arg, library):
    """The ctypes argument and how to read it back (None: nothing to read)."""
    if arg is None:
        return c.c_void_p(None), None
    if isinstance(arg, int):
        return c.c_uint(arg), None
    if "out" in arg:
        cell = KINDS[arg["out"]](arg.get("value", 0))
        return c.byref(cell), lambda: cell.value
    if "handle" in arg:
        return c.c_void_p(handles.get((library, arg["handle"]), arg["handle"])), None
    if "text" in arg:
        return c.c_char_p(arg["text"].encode()), None
    if "buffer" in arg:
        room = c.create_string_buffer(arg["buffer"])
        for place, value in enumerate(arg.get("u32", [])):
            c.c_uint.from_buffer(room, 4 * place).value = value
        return room, lambda: room.raw.hex()
    (kind, value), = arg.items()
    return KINDS[kind](value), None


def call(name, args, library):
    try:
        function = libraries[library][name]
    except AttributeError:
        return {"absent": True}
    function.restype = c.c_char_p if name == "nvmlErrorString" else c.c_int
    made = [argument(a, library) for a in args]
    status = function(*[a for a, _ in made])
    if isinstance(status, bytes):
        return {"text": status.decode()}
    out = [read() for _, read in made if read]
    if name.startswith("nvmlDeviceGetHandleByIndex") and status == 0:
        handles[library, args[0]] = out[0]
    return {"status": status, "out": out}


def fork(commands):
    read, write = os.pipe()
    if os.fork() == 0:
        os.write(write, json.dumps([run(command) for command in commands]).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answers:
        text = answers.read()
    os.wait()
    return {"fork": json.loads(text)}


def run(command):
    if "open" in command:
        libraries.append(c.CDLL(command["open"]))
        return {"library": len(libraries) - 1}
    if "fork" in command:
        return fork(command["fork"])
    if "seteuid" in command:
        os.seteuid(command["seteuid"])
        return {}
    if "close" in command:
        _ctypes.dlclose(libraries[command["close"]]._handle)
        time.sleep(command.get("linger", 0))
        return {}
    if "resources" in command:
        return {"threads": len(os.listdir("/proc/self/task")), "descriptors": len(os.listdir("/proc/self/fd"))}
    if "pid" in command:
        return {"pid": os.getpid()}
    if "output" in command:
        return {"text": subprocess.check_output(command["output"], text=True)}
    if "exec" in command:
        os.execvp(command["exec"][0], command["exec"])
    return call(command["call"], command["args"], command.get("library", 0))


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
