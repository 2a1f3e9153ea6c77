/** AES-CBC in script, noble's; aes-cbc.ts loads it where WebCrypto is missing. */
export { cbc } from '@noble/ciphers/aes.js';
