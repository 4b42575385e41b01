"""What a vendor tool does with the table of unnamed functions; argument: the library. Prints JSON."""
import ctypes as c, json, sys

lib = c.CDLL(sys.argv[1])
ID = bytes.fromhex("6c3efec48fc94e6ca327ee696e12f7c4")
table = c.POINTER(c.c_void_p)()
get = lib.nvmlInternalGetExportTable
other = get(c.byref(table), bytes(16))
null = get(None, ID)
found = get(c.byref(table), ID)
size = table[0]


def slot(number, *kinds):
    return c.CFUNCTYPE(c.c_int, *kinds)(table[number])


assert lib.nvmlInit_v2() == 0
device = c.c_void_p()
by_index = slot(81, c.c_uint, c.POINTER(c.c_void_p), c.c_uint)(0, c.byref(device), 0x22)
public = c.c_void_p()
lib.nvmlDeviceGetHandleByIndex_v2(0, c.byref(public))
beyond = slot(81, c.c_uint, c.POINTER(c.c_void_p), c.c_uint)(99, c.byref(c.c_void_p()), 0x22)

unnamed = c.c_uint(7)
zeroed = slot(100, c.c_void_p, c.POINTER(c.c_uint))(device, c.byref(unnamed))
kept = c.c_uint(7)
slot(100, c.c_void_p, c.POINTER(c.c_uint))(12345, c.byref(kept))
no_pointer = slot(100, c.c_void_p, c.c_void_p)(device, 16)

generation = c.c_uint()
slot(230, c.c_void_p, c.POINTER(c.c_uint))(device, c.byref(generation))
expected = c.c_uint()
lib.nvmlDeviceGetMaxPcieLinkGeneration(device, c.byref(expected))

STRIDE = 4128
lists = {}
for number in (213, 214, 215):
    rows = c.create_string_buffer(64 * STRIDE)
    count = c.c_uint(64)
    status = slot(number, c.c_void_p, c.POINTER(c.c_uint), c.c_void_p)(device, c.byref(count), rows)
    lists[number] = [status] + [
        [int.from_bytes(rows[at:at + 4], "little"), rows[at + 32:at + STRIDE].split(b"\0")[0].decode()] for at in range(0, count.value * STRIDE, STRIDE)
    ]
short = c.c_uint(0)
status_short = slot(213, c.c_void_p, c.POINTER(c.c_uint), c.c_void_p)(device, c.byref(short), None)
print(json.dumps({
    "other": other, "null": null, "found": found, "big_enough": size > 0x288 and size % 8 == 0, "every_slot": all(table[n] for n in range(1, size // 8)),
    "by_index": by_index, "same_handle": device.value == public.value, "beyond": beyond, "zeroed": [zeroed, unnamed.value], "kept": kept.value, "no_pointer": no_pointer,
    "generation": [generation.value, expected.value], "lists": lists, "short": [status_short, short.value],
}))
