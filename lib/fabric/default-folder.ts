/** Where the fabric's state is kept unless a caller says otherwise. */
export const DEFAULT_FOLDER = '/var/lib/gpuwright/fabric';
