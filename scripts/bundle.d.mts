/** The part of esbuild's metafile that says what is in each module written. */
export interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly bytes: number;
        readonly entryPoint?: string;
        readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
        readonly imports: readonly { readonly path: string; readonly kind: string }[];
      }
    >
  >;
}
export declare const SDK_ENTRIES: Readonly<Record<string, string>>;
export declare function bundle(entryPoints: Readonly<Record<string, string>>, outdir: string): Promise<Metafile>;
export declare function reachable(metafile: Metafile, entries: readonly string[], dynamic: boolean): Set<string>;
