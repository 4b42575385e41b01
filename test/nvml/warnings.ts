/** What Node warned of meanwhile: users see that on stderr. */
export async function warningsDuring(action: () => Promise<unknown>): Promise<readonly string[]> {
  const warnings: string[] = [];
  const warned = ({ message }: Error): number => warnings.push(message);
  process.on('warning', warned);
  try {
    await action();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('warning', warned);
  }
  return warnings;
}
