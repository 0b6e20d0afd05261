/** Port of the package mirror on the loopback of every sandbox; a bridge there leads it to the mirror's socket. */
export const MIRROR_PORT = 4873;
