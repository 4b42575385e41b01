const VERNEED_SECTION = 0x6fff_fffe;

/** The symbol versions that a 64-bit little-endian ELF file demands: `GLIBC_2.17`, as in `readelf --version-info`. */
export function requiredVersions(file: Buffer): string[] {
  if (file.readUInt32BE(0) !== 0x7f45_4c46 || file[4] !== 2 || file[5] !== 1) throw new Error('not a 64-bit little-endian ELF file');
  const sections = sectionsOf(file);
  const need = sections.find(({ type }) => type === VERNEED_SECTION);
  const names = need === undefined ? undefined : sections[need.link];
  if (need === undefined || names === undefined) return [];
  const text = (at: number): string => file.toString('latin1', names.offset + at, file.indexOf(0, names.offset + at));

  const versions: string[] = [];
  for (let library = need.offset, next = -1; next !== 0; library += next) {
    const count = file.readUInt16LE(library + 2);
    let version = library + file.readUInt32LE(library + 8);
    for (let i = 0; i < count; i += 1) {
      versions.push(text(file.readUInt32LE(version + 8)));
      version += file.readUInt32LE(version + 12);
    }
    next = file.readUInt32LE(library + 12);
  }
  return versions;
}

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly link: number;
}

function sectionsOf(file: Buffer): Section[] {
  const table = Number(file.readBigUInt64LE(0x28));
  const size = file.readUInt16LE(0x3a);
  return Array.from({ length: file.readUInt16LE(0x3c) }, (_, index) => {
    const header = table + index * size;
    return { type: file.readUInt32LE(header + 4), offset: Number(file.readBigUInt64LE(header + 0x18)), link: file.readUInt32LE(header + 0x28) };
  });
}
