/** The package has no types of its own. */
declare module 'node-gyp-build' {
  /** Loads the addon of the package in this folder: build/Release first, then the fitting prebuild. */
  export default function load(folder: string): unknown;
}
