/** What may contain builds; `auto` is the first of them that works. */
export const ENGINES = ['auto', 'podman', 'docker', 'bubblewrap', 'none'] as const;
export type EngineWish = (typeof ENGINES)[number];
