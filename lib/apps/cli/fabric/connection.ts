/** A connection that is made when the first question is asked, so that a watcher can begin while nobody listens. */
import type { ActivateOptions, CallOptions, NvLinkFailedDevices, Partition, PartitionControl, UnsupportedPartition } from '../../../fabric/index.ts';
import type { FabricPort } from './ports.ts';

export class FabricConnection implements PartitionControl {
  /** As they were told last. */
  listed: readonly Partition[] = [];
  readonly #connect: () => Promise<FabricPort>;
  #port: Promise<FabricPort> | undefined;

  constructor(connect: () => Promise<FabricPort>) {
    this.#connect = connect;
  }

  /** Rejects as `FabricManager.connect` does; the next call tries again. */
  async open(): Promise<FabricPort> {
    this.#port ??= this.#connect().catch((error: unknown) => {
      this.#port = undefined;
      throw error;
    });
    return await this.#port;
  }

  async partitions(options?: CallOptions): Promise<readonly Partition[]> {
    return (await this.partitionList(options)).partitions;
  }

  async partitionList(options?: CallOptions): Promise<{ readonly partitions: readonly Partition[]; readonly maxPartitions: number }> {
    const told = await (await this.open()).partitionList(options);
    this.listed = told.partitions;
    return told;
  }

  async unsupportedPartitions(): Promise<readonly UnsupportedPartition[]> {
    return await (await this.open()).unsupportedPartitions();
  }

  async failedDevices(): Promise<NvLinkFailedDevices> {
    return await (await this.open()).failedDevices();
  }

  async activate(id: number, options?: ActivateOptions): Promise<void> {
    await (await this.open()).activate(id, options);
  }

  async deactivate(id: number, options?: CallOptions): Promise<void> {
    await (await this.open()).deactivate(id, options);
  }

  async restoreActivated(ids: readonly number[], options?: CallOptions): Promise<void> {
    await (await this.open()).restoreActivated(ids, options);
  }

  async close(): Promise<void> {
    const port = await this.#port?.catch(() => undefined);
    await port?.close();
  }
}
