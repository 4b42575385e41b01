import type { Command } from 'commander';
import { Option } from 'commander';
import { duration, oneOf } from '../values.ts';

/** What every command that talks to Fabric Manager takes. */
export function fabricTarget(command: Command): Command {
  return command
    .option('--machine <file>', 'the simulated host of this machine file')
    .option('--address <host[:port]>', 'where Fabric Manager listens (default: 127.0.0.1:6666)')
    .option('--unix-socket <path>', 'the socket where it listens instead')
    .option('--vsock <cid:port>', 'the service VM where it listens instead')
    .option('--state <dir>', 'the folder of the record (default: /var/lib/gpuwright/fabric; of a simulated host FILE.fabric)')
    .option('--timeout <time>', 'how long to wait for one answer: seconds, or with ms, s, m (default: 10s, for a change 60s)', duration)
    .addOption(new Option('--backend <name>', 'how the library is called').choices(['auto', 'addon', 'koffi']).argParser(oneOf('auto', 'addon', 'koffi')))
    .addOption(new Option('--isolation <where>', 'in which process it is called (default: helper-process)').choices(['in-process', 'helper-process']).argParser(oneOf('in-process', 'helper-process')))
    .option('--json', 'one JSON document on stdout');
}
