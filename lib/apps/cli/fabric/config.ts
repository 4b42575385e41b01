/** `gpuwright fabric config show|check|set|diff|explain`. */
import { GpuwrightError, isGpuwrightError } from '../../../errors.ts';
import type { ConfigDocument, ConfigFile, PlatformId } from '../../../fabric/index.ts';
import { checkConfig, CONFIG_ITEMS, configEntries, DEFAULT_CONFIG_PATH, diffConfig, explainConfig, readConfigFile, setConfigText, writeConfigFile } from '../../../fabric/index.ts';
import { EXIT } from '../exit-code.ts';
import { reportFailure } from '../failure.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { explanationText, findingsText, itemsTable } from './config-view.ts';
import { consent } from './consent.ts';
import { FabricHost } from './host.ts';
import type { FabricOptions } from './options.ts';
import { platformOf } from './platform.ts';

export interface ConfigOptions extends FabricOptions {
  readonly file?: string;
  readonly platform?: PlatformId;
  readonly yes?: boolean;
  /** Another file to compare with. */
  readonly with?: string;
}

export type ConfigSetting = readonly [key: string, value: string];

/** What stands in the file, and what counts where nothing stands. */
export async function showConfig(options: ConfigOptions, ports: Ports): Promise<number> {
  return await withFile(options, ports, (host, { path, document }) => {
    const entries = configEntries(document);
    const standing = entries.map(({ key, value, line }) => ({ key, value, line, default: CONFIG_ITEMS.find((item) => item.key === key)?.default ?? null }));
    const others = CONFIG_ITEMS.filter((item) => item.default !== null && !entries.some(({ key }) => key === item.key)).map(({ key, default: value }) => ({ key, value, line: null, default: value }));
    const items = [...standing, ...others];
    ports.screen.out(options.json === true ? jsonText({ schema: 1, host: host.kind, file: path, items }) : `${host.headline}${path}\n${itemsTable(items)}\n`);
    return EXIT.fine;
  });
}

export async function checkConfigFile(options: ConfigOptions, ports: Ports): Promise<number> {
  return await withFile(options, ports, async (host, { path, document }) => {
    const { platform, why } = await platformOf(options.platform, host);
    const findings = checkConfig(document, platform === undefined ? {} : { platform });
    const json = () => jsonText({ schema: 1, host: host.kind, file: path, platform: platform ?? null, findings });
    ports.screen.out(options.json === true ? json() : `${host.headline}${findingsText(path, findings, platform, why, ports.screen)}`);
    return findings.some(({ severity }) => severity !== 'note') ? EXIT.attention : EXIT.fine;
  });
}

export async function setConfigFile(settings: readonly ConfigSetting[], options: ConfigOptions, ports: Ports): Promise<number> {
  return await withFile(options, ports, async (host, file) => {
    const after = withSettings(file.document, settings);
    const diff = diffConfig(file.document, after, file.path);
    if (diff !== '') await consent('fabric config set', [diff.trimEnd()], options, host, ports);
    const written = await writeConfigFile(file, after);
    const restart = `Fabric Manager reads it when it starts: until it is restarted, nothing of this has an effect. A restart ends all partitions, unless it is in restart mode.`;
    const text = written.takesEffect === null ? `${file.path} says this already: nothing was written.\n` : `${options.yes === true ? diff : ''}${file.path} is changed; what stood there is in ${written.backup}.\n${restart}\n`;
    ports.screen.out(options.json === true ? jsonText({ schema: 1, host: host.kind, file: file.path, changed: written.takesEffect !== null, diff, ...written }) : `${host.headline}${text}`);
    return EXIT.fine;
  });
}

/** What `set` would change; without settings, what is other than in the file given or, by default, than before the last `set`. */
export async function diffConfigFile(settings: readonly ConfigSetting[], options: ConfigOptions, ports: Ports): Promise<number> {
  if (settings.length > 0 && options.with !== undefined) throw new GpuwrightError('INVALID_INPUT', 'fabric config diff: settings and --with contradict each other: give one of them');
  return await withFile(options, ports, async (host, { path, document }) => {
    const diff = settings.length > 0 ? diffConfig(document, withSettings(document, settings), path) : await diffOfFiles(options.with ?? `${path}.bak`, path, document);
    ports.screen.out(options.json === true ? jsonText({ schema: 1, host: host.kind, file: path, diff }) : diff === '' ? `${host.headline}No difference.\n` : diff);
    return EXIT.fine;
  });
}

export function explainConfigKey(key: string, options: { readonly json?: boolean }, ports: Ports): number {
  try {
    const explanation = explainConfig(key);
    ports.screen.out(options.json === true ? jsonText({ schema: 1, ...explanation }) : explanationText(explanation, ports.screen));
    return EXIT.fine;
  } catch (error) {
    // A wrong word, as everywhere.
    if (isGpuwrightError(error) && error.code === 'NOT_FOUND') throw new GpuwrightError('INVALID_INPUT', error.message, { cause: error });
    throw error;
  }
}

async function diffOfFiles(other: string, path: string, document: ConfigDocument): Promise<string> {
  const diff = diffConfig((await readConfigFile(other)).document, document, path);
  return diff.replace(/^--- .*\n\+\+\+ .*$/m, () => `--- ${other}\n+++ ${path}`);
}

function withSettings(document: ConfigDocument, settings: readonly ConfigSetting[]): ConfigDocument {
  return settings.reduce((before, [key, value]) => setConfigText(before, key, value), document);
}

/** The file that is meant: on a simulated host the machine's own. A file that is not there or not ours to read is no wrong word. */
async function withFile(options: ConfigOptions, ports: Ports, use: (host: FabricHost, file: ConfigFile) => number | Promise<number>): Promise<number> {
  const host = new FabricHost(options, ports, await ports.fabric());
  const path = options.file ?? (host.machineFile === undefined ? DEFAULT_CONFIG_PATH : `${(await ports.openMachine(host.machineFile)).libraryDirectory}/fabricmanager.cfg`);
  try {
    return await use(host, await readConfigFile(path));
  } catch (error) {
    if (!isGpuwrightError(error) || error.code !== 'NOT_FOUND') throw error;
    reportFailure(error, options, ports.screen);
    return EXIT.unreadable;
  }
}
