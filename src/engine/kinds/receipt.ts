/** Delivered and read marks for own messages. Only accepted contacts are believed. */
import { applyReceipt } from '../receipts.ts';
import { type Arrival } from './arrival.ts';

export async function receiveReceipt({
  core,
  changes,
  conversation,
  content,
}: Arrival<'receipt'>): Promise<void> {
  await applyReceipt(core, changes, conversation, content);
}
