/** English texts of an open chat. */
export const enChat = {
  message: 'Message',
  send: 'Send',
} as const;
