/**
 * Makes symbols of a shared library absent: their entries of .dynsym become nameless and undefined, so that dlsym passes them over.
 * ELF64 little endian only, which is what the mocks are built for. Hash tables may keep pointing at such an entry: it matches no name.
 */
import { GpuwrightError } from '../../lib/errors.ts';

const SHT_DYNSYM = 11;
const SYMBOL_BYTES = 24;
const INFO_AT = 4;
/** Not local, which linkers complain about in this place, and nothing that they would have to find. */
const WEAK = 2 << 4;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

function sections(elf: Buffer, name: string): Section[] {
  const invalid = (why: string) => new GpuwrightError('MOCKS_UNAVAILABLE', `${name}: ${why}: build the mocks anew with \`make -C mocks\``);
  if (elf.length < 64 || elf.readUInt32BE(0) !== 0x7f454c46) throw invalid('not an ELF file');
  if (elf[4] !== 2 || elf[5] !== 1) throw invalid('not a 64-bit little-endian ELF file');
  const table = Number(elf.readBigUInt64LE(0x28));
  const entryBytes = elf.readUInt16LE(0x3a);
  const count = elf.readUInt16LE(0x3c);
  if (table === 0 || entryBytes < 64 || table + count * entryBytes > elf.length) throw invalid('its section table is missing or cut off');
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * entryBytes;
    const section = {
      type: elf.readUInt32LE(at + 4),
      offset: Number(elf.readBigUInt64LE(at + 24)),
      size: Number(elf.readBigUInt64LE(at + 32)),
      link: elf.readUInt32LE(at + 40),
    };
    return section;
  });
}

/** A copy of `elf` without these dynamic symbols; names that it does not export are passed over. */
export function withoutSymbols(elf: Buffer, absent: ReadonlySet<string>, name = 'shared library'): Buffer {
  const copy = Buffer.from(elf);
  const all = sections(copy, name);
  const symbols = all.find((section) => section.type === SHT_DYNSYM);
  const names = symbols && all[symbols.link];
  if (!symbols || !names || symbols.offset + symbols.size > copy.length || names.offset + names.size > copy.length) {
    throw new GpuwrightError('MOCKS_UNAVAILABLE', `${name}: has no dynamic symbol table: build the mocks anew with \`make -C mocks\``);
  }
  // Entry 0 is the null symbol.
  for (let at = symbols.offset + SYMBOL_BYTES; at + SYMBOL_BYTES <= symbols.offset + symbols.size; at += SYMBOL_BYTES) {
    const start = names.offset + copy.readUInt32LE(at);
    const end = copy.indexOf(0, start);
    if (!absent.has(copy.toString('latin1', start, end))) continue;
    copy.fill(0, at, at + SYMBOL_BYTES);
    copy[at + INFO_AT] = WEAK;
  }
  return copy;
}
