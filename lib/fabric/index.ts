// What is known about the machine around Fabric Manager, without asking it.
export * from './config/index.ts';
export * from './degraded/index.ts';
export * from './deployment/index.ts';
export * from './exclusion/index.ts';
export * from './links/index.ts';
export * from './platforms/index.ts';
