/**
 * What of three people's day can be found at the relay afterwards: its files, its rows and what it printed are
 * searched for names, words, tokens and addresses, and the rows about one person for anything about another.
 */
import { createHash, randomBytes } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import { type Locator, type Page } from '@playwright/test';
import { padme } from '../src/crypto/padme.ts';
import { sealedLength } from '../src/crypto/stream.ts';
import { toBase32 } from '../src/lib/base32.ts';
import { toHex } from '../src/lib/bytes.ts';
import { accountIdBytes, parseAccountId } from '../src/lib/ids.ts';
import { type Invite, parseInvite } from '../src/protocol/invite.ts';
import { openDatabase } from '../src/relay/hosts/node/database.ts';
import { databasePath } from '../src/relay/hosts/node/schema.ts';
import { choose, sendTray, tray } from './support/files.ts';
import { expect, test as base } from './support/journey.ts';
import {
  bytesNeedle,
  type File,
  find,
  type Needle,
  readFolder,
  textNeedle,
  wordNeedles,
} from './support/needles.ts';
import {
  button,
  chatLine,
  composer,
  createAccount,
  expectMessage,
  introduce,
  inviteLink,
  message,
  nameBox,
  openChat,
  openNewChat,
  type Person,
  send,
  startChat,
  status,
} from './support/people.ts';
import { type Proxy, startProxy } from './support/proxy.ts';
import { startRelay } from './support/relay.ts';
import { findTokens, readTables, rowBytes, type Table } from './support/relay-rows.ts';

/** Where the people seem to be; from ranges kept for documentation. */
const addresses = ['203.0.113.187', '198.51.100.241', '2001:db8:5ca1:ab1e:d00d:feed:c0de:1'];
const agent = 'Wunderkammer/7.31 (Chlorophytum; Sassafras)';

/** What the relay may write down, column by column: docs/relay.md, What is stored. */
const documented: Record<string, string[]> = {
  mailboxes: ['mailbox', 'identity_key', 'installation', 'since'],
  signed_prekeys: ['mailbox', 'device', 'kind', 'registration_id', 'id', 'key', 'signature'],
  one_time_prekeys: ['mailbox', 'device', 'id', 'key'],
  kyber_prekeys: ['mailbox', 'device', 'id', 'key', 'signature'],
  tokens: [
    'mailbox',
    'hash',
    'purpose',
    'state',
    'expires',
    'gone',
    'used_envelopes',
    'used_bytes',
  ],
  queue: ['mailbox', 'device', 'sequence', 'class', 'token', 'arrived', 'expires', 'envelope'],
  // Of nobody: no column says whose.
  uploads: ['upload', 'size', 'delete_hash', 'expires', 'blob'],
  blobs: ['blob', 'size', 'delete_hash', 'expires'],
};

/** How `What the relay knows` calls them. */
const titles: Record<string, string> = {
  'Your mailbox': 'mailboxes',
  'Signed prekeys': 'signed_prekeys',
  'One-time prekeys': 'one_time_prekeys',
  'One-time prekeys against quantum computers': 'kyber_prekeys',
  Tokens: 'tokens',
  'Messages that wait for you': 'queue',
};

interface Fixtures {
  /** Every browser goes out through it. */
  proxy: Proxy;
  /** Calls that somebody's page has begun to make. */
  calls: string[];
}

const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern -- Playwright insists on a destructured first argument.
  relay: async ({}, use, info) => {
    const relay = await startRelay({ environment: { SOTTO_TRUST_PROXY: '1' } });
    await use(relay);
    if (info.status !== info.expectedStatus) {
      await info.attach('relay.log', { body: relay.log(), contentType: 'text/plain' });
    }
    await relay.remove();
  },

  proxy: async ({ relay }, use) => {
    const proxy = await startProxy(relay.url, addresses);
    await use(proxy);
    await proxy.close();
  },

  // eslint-disable-next-line no-empty-pattern -- as above.
  calls: async ({}, use) => {
    await use([]);
  },

  newPerson: async ({ browser, address, proxy, calls }, use) => {
    const close: (() => Promise<void>)[] = [];
    await use(async ({ name = '', ...options } = {}) => {
      const context = await browser.newContext({
        ...options,
        userAgent: agent,
        proxy: { server: proxy.server },
      });
      close.push(() => context.close());
      await context.exposeBinding('watchCall', ({ page }) => void calls.push(page.url()));
      await context.addInitScript(() => {
        const watch = (globalThis as unknown as { watchCall: () => void }).watchCall;
        globalThis.RTCPeerConnection = class extends RTCPeerConnection {
          constructor(configuration?: RTCConfiguration) {
            super(configuration);
            watch();
          }
        };
      });
      const newTab = async (): Promise<Page> => {
        const page = await context.newPage();
        await page.goto(address);
        return page;
      };
      const page = await newTab();
      if (name) await createAccount(page, name);
      return { context, page, name, newTab };
    });
    for (const each of close) await each();
  },
});

async function openSettings(page: Page): Promise<void> {
  await button(page, 'Settings').click();
  await expect(page.getByRole('heading', { name: 'Settings', exact: true })).toBeVisible();
}

const toggle = (page: Page, name: string): Locator =>
  page.getByRole('switch', { name, exact: true });

/** Withdraws the own link for a new one. @returns the new one */
async function renewLink(page: Page): Promise<string> {
  const dialog = await openNewChat(page);
  const box = dialog.getByRole('textbox', { name: 'Your invite link', exact: true });
  await expect(box).toHaveValue(/#i1/);
  const old = await box.inputValue();
  await dialog
    .getByRole('combobox', { name: 'A new link is for', exact: true })
    .selectOption({ label: 'one person' });
  await button(dialog, 'Make a new link').click();
  await expect(box).not.toHaveValue(old);
  const link = await box.inputValue();
  await page.keyboard.press('Escape');
  return link;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A row's own mailbox, or undefined where a table has none. */
const mailboxOf = (row: Table['rows'][number]): string | undefined =>
  typeof row['mailbox'] === 'string' ? row['mailbox'] : undefined;

/**
 * What stands in rows that are not about somebody, and is about them: ids, keys, installations, token hashes.
 * Rows without a mailbox are about nobody.
 */
function findStrangers(tables: ReadonlyMap<string, Table>, ids: readonly string[]): string[] {
  const all = [...tables].flatMap(([table, { rows }]) => rows.map((row) => ({ table, row })));
  const about = (id: string): Needle[] => [
    textNeedle(id),
    bytesNeedle(`the id ${id}`, accountIdBytes(parseAccountId(id))),
    ...all
      .filter(({ row }) => mailboxOf(row) === id)
      .flatMap(({ table, row }) => {
        if (table === 'tokens') return [textNeedle(String(row['hash']))];
        if (table !== 'mailboxes') return [];
        const key = row['identity_key'];
        if (!(key instanceof Uint8Array)) throw new Error('no identity key');
        return [
          bytesNeedle(`the key of ${id}`, key.subarray(1)),
          textNeedle(String(row['installation'])),
        ];
      }),
  ];
  const owners = new Set([undefined, ...all.map(({ row }) => mailboxOf(row))]);
  return [...owners].flatMap((owner) =>
    find(
      all
        .filter(({ row }) => mailboxOf(row) === owner)
        .map(({ table, row }) => ({
          path: `${table} of ${owner ?? 'nobody'}`,
          bytes: rowBytes(row),
        })),
      ids.filter((id) => id !== owner).flatMap(about),
    ),
  );
}

/** Columns that nobody has written down, and tables likewise. */
function findUndocumented(tables: ReadonlyMap<string, Table>): string[] {
  return [...tables]
    .filter(([table]) => table !== 'sqlite_master')
    .flatMap(([table, { columns }]) => {
      const known = documented[table];
      if (!known) return [`the table ${table}`];
      return columns
        .filter((column) => !known.includes(column))
        .map((column) => `the column ${table}.${column}`);
    });
}

/** Rows as `What the relay knows` words them, in a fixed order. */
function asShown(tables: ReadonlyMap<string, Table>, mailbox: string): string[] {
  const show = (value: unknown): string => {
    if (value === null || value === '') return 'empty';
    if (!(value instanceof Uint8Array))
      return typeof value === 'number' ? String(value) : (value as string);
    return value.length > 64 ? `${value.length} bytes` : toHex(value);
  };
  return [...tables]
    .flatMap(([table, { rows }]) =>
      rows
        .filter((row) => mailboxOf(row) === mailbox)
        .map((row) => {
          const columns = Object.entries(row).map(([name, value]) => `${name}=${show(value)}`);
          return `${table}: ${columns.join(', ')}`;
        }),
    )
    .sort();
}

/** Opens every table of `What the relay knows` and reads it, row by row. */
async function readLedger(page: Page): Promise<string[]> {
  await openSettings(page);
  const section = page.getByRole('region', { name: 'What the relay knows', exact: true });
  await expect(section.getByRole('heading', { level: 3 }).first()).toBeVisible();
  const rows: string[] = [];
  for (const part of await section.getByRole('listitem').all()) {
    await part.getByText('Show the rows', { exact: true }).click();
    const group = part.getByRole('group').last();
    const title = (await group.getAttribute('aria-label')) ?? '';
    const shown = await group.locator('dl').evaluateAll((lists) =>
      lists.map((list) => {
        const texts = [...list.children].map((child) => child.textContent ?? '');
        return texts.reduce(
          (line, text, at) => line + (at % 2 ? `=${text.trim()}` : `${at ? ', ' : ''}${text}`),
          '',
        );
      }),
    );
    rows.push(...shown.map((row) => `${titles[title] ?? title}: ${row}`));
  }
  await button(page, 'Back').click();
  return rows.sort();
}

test('the search finds what is planted, in every form', () => {
  const text = 'Zwölfboxkämpfer jagen';
  const token = new Uint8Array(randomBytes(16));
  const hidden = (bytes: Uint8Array, before: number): Buffer =>
    Buffer.concat([randomBytes(before), bytes, randomBytes(9)]);
  const inLetters = (bytes: Uint8Array): string[] =>
    [0, 1, 2, 3, 4, 5, 6, 7].flatMap((before) => [
      hidden(bytes, before).toString('hex'),
      hidden(bytes, before).toString('base64'),
      hidden(bytes, before).toString('base64url'),
      toBase32(new Uint8Array(hidden(bytes, before))),
      toBase32(new Uint8Array(hidden(bytes, before))).toUpperCase(),
    ]);
  const noise = { path: 'noise', bytes: randomBytes(1 << 16) };
  const planted = (bytes: Uint8Array, n: number): File => {
    const at = randomBytes(2).readUInt16LE() >> 4;
    return {
      path: `planted ${n}`,
      bytes: Buffer.concat([noise.bytes.subarray(0, at), bytes, noise.bytes.subarray(at)]),
    };
  };
  const needles = [textNeedle(text), bytesNeedle('token', token)];
  const hashes = new Set([sha256(token)]);
  expect(find([noise], needles)).toEqual([]);
  expect(findTokens([noise], hashes)).toEqual([]);

  const textBytes = Buffer.from(text);
  const asTyped = [
    textBytes,
    Buffer.from(text, 'utf16le'),
    Buffer.from(text, 'utf16le').swap16(),
    Buffer.from(text.toUpperCase()),
    Buffer.from(text.normalize('NFD')),
    Buffer.from(`/?q=${encodeURIComponent(text)}`),
    Buffer.from('{"name":"Zw\\u00f6lfboxk\\u00e4mpfer jagen"}'),
    Buffer.from(textBytes).reverse(),
    ...inLetters(textBytes).map((letters) => Buffer.from(letters)),
    ...inLetters(Buffer.from(text, 'utf16le')).map((letters) => Buffer.from(letters)),
  ];
  const found = find(asTyped.map(planted), needles).join('\n');
  for (const [n, bytes] of asTyped.entries())
    expect(found, bytes.toString()).toContain(`“${text}” in planted ${n} `);
  const asToken = [
    token,
    Buffer.from(toHex(token).toUpperCase()),
    ...inLetters(token).flatMap((letters) => [
      Buffer.from(letters),
      Buffer.from(letters, 'utf16le'),
    ]),
  ];
  const known = find(asToken.map(planted), needles).join('\n');
  // The same without knowing the token.
  const guessed = findTokens(
    asToken.map((bytes, n) => ({
      path: `planted ${n}`,
      bytes: Buffer.concat([randomBytes(99), bytes]),
    })),
    hashes,
  ).join('\n');
  for (const [n, bytes] of asToken.entries()) {
    expect(known, Buffer.from(bytes).toString()).toContain(`“token” in planted ${n} `);
    expect(guessed, Buffer.from(bytes).toString()).toContain(`in planted ${n} `);
  }
});

test('after a day of three people the relay holds nobody’s name, words, tokens or address', async ({
  newPerson,
  relay,
  proxy,
  calls,
}) => {
  test.setTimeout(240_000);
  const ana = await newPerson({ name: 'Ana Quetzalcoatl Müller' });
  const ben = await newPerson({ name: 'Bartholomäus Szczęsny' });
  const eva = await newPerson({ name: 'Evangelína Ørsted-Þórsdóttir' });
  const everybody = [ana, ben, eva];
  const typed = everybody.map(({ name }) => name);
  const say = async (page: Page, text: string): Promise<void> => {
    typed.push(text);
    await send(page, text);
  };
  const files: File[] = [];
  /** Keeps a copy of everything the relay has on its disk now. */
  const keep = async (when: string): Promise<void> => {
    const found = await readFolder(relay.data);
    files.push(...found.map(({ path, bytes }) => ({ path: `${path} ${when}`, bytes })));
  };

  // The morning: two people meet, talk, and look each other up.
  const invites = new Map<Person, Invite[]>();
  const links: string[] = [];
  for (const person of everybody) {
    const link = await inviteLink(person.page);
    links.push(link);
    invites.set(person, [parseInvite(link)]);
  }
  const idOf = (person: Person): string => invites.get(person)![0]!.id;
  await introduce(ana, ben);
  typed.push(`Hello, ${ben.name}`);
  await expect(ana.page.getByRole('main').getByText('online', { exact: true })).toBeVisible();
  await say(ana.page, 'Der Wüstenfuchs schläft am Nachmittag 🦊');
  await say(ben.page, 'https://vexillology.example.org/harlequin?marmalade=yes');
  await expectMessage(ana.page, { from: ben.name, text: typed.at(-1)! });
  const draft = 'unfinished pterodactyl sonnets';
  typed.push(draft);
  await composer(ben.page).pressSequentially(draft);
  await expect(ana.page.getByRole('main').getByText(/typing…/)).toBeVisible();
  await openChat(ana.page, 'Notes');
  await say(ana.page, 'combination of the safe: kaleidoscope');
  for (const search of ['Szczęsny', 'rhododendron']) {
    typed.push(search);
    await ana.page.getByRole('searchbox').pressSequentially(search);
    await ana.page.keyboard.press('Escape');
    await ana.page.getByRole('searchbox').fill('');
  }
  await keep('in the morning');

  // Settings, and back.
  await openSettings(ana.page);
  const switches = ['Read receipts', 'Typing', 'Online and last seen'];
  for (const name of switches) await toggle(ana.page, name).click();
  const newName = 'Ana Quetzalcoatl Zumárraga';
  typed.push(newName);
  await nameBox(ana.page).fill(newName);
  await button(ana.page, 'Save name').click();
  for (const name of switches) await toggle(ana.page, name).click();
  await button(ana.page, 'Back').click();
  await expect(chatLine(ben.page, newName)).toBeVisible();

  // A stranger is blocked, after a link for one person was made.
  const oneTime = await renewLink(ana.page);
  links.push(oneTime);
  invites.get(ana)!.push(parseInvite(oneTime));
  await startChat(eva.page, oneTime, newName);
  await say(eva.page, 'cheap chrysanthemums delivered overnight');
  await openChat(ana.page, eva.name);
  await button(
    ana.page.getByRole('region', { name: 'Message request', exact: true }),
    'Block',
  ).click();
  await expect(button(ana.page, 'Unblock')).toBeVisible();
  await say(eva.page, 'chrysanthemums, final discount');

  // And somebody who was accepted.
  await startChat(eva.page, links[1]!, ben.name);
  await say(eva.page, 'greetings from the observatory');
  await openChat(ben.page, eva.name);
  await button(
    ben.page.getByRole('region', { name: 'Message request', exact: true }),
    'Accept',
  ).click();
  await expectMessage(eva.page, {
    from: 'You',
    text: 'greetings from the observatory',
    state: ['Delivered', 'Read'],
  });
  await button(ben.page, 'Chat details').click();
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).click();
  await ben.page.keyboard.press('Escape');
  await say(eva.page, 'did the telescope arrive?');

  // Ben is away: what is written to him waits at the relay, which dies, comes back, and ends in good order.
  await openChat(ana.page, ben.name);
  await ben.page.goto('about:blank');
  for (const text of ['saxifrage seedlings', 'bring the theodolite', 'juxtaposed with marmalade']) {
    await say(ana.page, text);
    await expectMessage(ana.page, { from: 'You', text, state: 'Sent' });
  }
  // And a file, which waits beside them.
  const line = 'calligraphy of the heliotrope\n';
  const file = { name: 'hydrangea-inventory.txt', mimeType: 'text/plain' };
  const buffer = Buffer.from(line.repeat(1_811));
  const caption = 'as promised, the periwinkle ledger';
  typed.push(file.name, line.trim(), caption);
  await choose(ana.page, { ...file, buffer });
  await tray(ana.page).getByRole('textbox', { name: 'Caption', exact: true }).fill(caption);
  await sendTray(ana.page);
  const sent = { from: 'You', text: `File ${file.name}, ${caption}` };
  await expectMessage(ana.page, { ...sent, state: 'Sent' });
  await keep('with messages waiting');
  await relay.kill();
  await keep('after a power cut');
  await relay.start();
  await ben.page.goBack();
  await openChat(ben.page, newName);
  await expectMessage(ben.page, { from: newName, text: 'juxtaposed with marmalade' });
  await expectMessage(ana.page, {
    from: 'You',
    text: 'juxtaposed with marmalade',
    state: ['Delivered', 'Read'],
  });
  await ben.page.goto('about:blank');
  await say(ana.page, 'until tomorrow, philatelist');
  await expectMessage(ana.page, { from: 'You', text: typed.at(-1)!, state: 'Sent' });
  await relay.stop();
  await keep('at the end');
  const tables = readTables(relay.data);

  await test.step('the rows are those of three people, with messages waiting', () => {
    const ids = tables.get('mailboxes')!.rows.map(mailboxOf).sort();
    expect(ids).toEqual(everybody.map(idOf).sort());
    expect(tables.get('queue')!.rows.map(mailboxOf)).toContain(idOf(ben));
  });

  await test.step('the file lies there sealed, and nothing says how long it is', () => {
    const sealed = sealedLength(padme(buffer.length));
    expect(tables.get('blobs')!.rows.map((row) => row['size'])).toEqual([sealed]);
    const blobs = files.filter(({ path }) => /^blobs\b.* at the end$/.test(path));
    expect(blobs.map(({ bytes }) => bytes.length)).toEqual([sealed]);
  });

  await test.step('no name, text, token or address is in a file or in what was printed', () => {
    const printed = { path: 'what it printed', bytes: Buffer.from(relay.log()) };
    expect(relay.log()).toContain('Sotto is at');
    const machine = [
      '127.0.0.1',
      '::ffff:7f00:1',
      ...Object.values(networkInterfaces())
        .flatMap((list) => list ?? [])
        .filter(({ internal }) => !internal)
        .map(({ address }) => address),
      ...(hostname().length > 8 && hostname() !== 'localhost' ? [hostname()] : []),
    ];
    const tokens = [...invites.values()].flat().map(({ token }) => token);
    expect(new Set(tokens.map(toHex)).size).toBe(4);
    const needles = [
      ...wordNeedles(typed),
      ...tokens.map((token, n) => bytesNeedle(`token ${n}`, token)),
      ...links.map((link) => textNeedle(new URL(link).hash.slice(1))),
      ...[...addresses, ...machine].map(textNeedle),
      textNeedle('2001:db8:5ca1:ab1e'),
      bytesNeedle('IPv6 network', Buffer.from('20010db85ca1ab1e', 'hex')),
      bytesNeedle('IPv6 address', Buffer.from('20010db85ca1ab1ed00dfeedc0de0001', 'hex')),
      ...[agent, 'Wunderkammer', 'HeadlessChrome', 'Europe/Madrid'].map(textNeedle),
    ];
    expect(find([printed, ...files], needles)).toEqual([]);
    const told = Buffer.from(`${relay.log()} ${ana.name} came from ${addresses[2]}`);
    expect(find([{ path: 'planted', bytes: told }], needles)).toHaveLength(4);
    expect(relay.log()).not.toMatch(/::1\b/);
  });

  await test.step('tokens are known by their hashes alone, also those that never leave the browsers', () => {
    const rows = tables.get('tokens')!.rows;
    const hashes = new Set(rows.map((row) => String(row['hash'])));
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    for (const invite of [...invites.values()].flat())
      expect([...hashes]).toContain(sha256(invite.token));
    const purposes = new Set(rows.map((row) => row['purpose']));
    expect([...purposes].sort()).toEqual(['contacts', 'invite', 'presence']);
    const once = new Map(files.map((file) => [sha256(file.bytes), file]));
    expect(findTokens([...once.values()], hashes)).toEqual([]);
  });

  await test.step('no row about one person holds anything of another', () => {
    const ids = everybody.map(idOf);
    expect(findStrangers(tables, ids)).toEqual([]);
    const unkeyed = files.filter(({ path }) => !/^relay\.db(-wal)? /.test(path));
    expect(unkeyed.map(({ path }) => path)).toContain('relay-key at the end');
    const printed = { path: 'what it printed', bytes: Buffer.from(relay.log()) };
    const anybody = ids.flatMap((id) => [
      textNeedle(id),
      bytesNeedle(`the id ${id}`, accountIdBytes(parseAccountId(id))),
    ]);
    expect(find([printed, ...unkeyed], anybody)).toEqual([]);
    // In the database ids stand as the letters of their column, and in no other form.
    const otherForms = ids.map((id) =>
      bytesNeedle(`the id ${id}`, accountIdBytes(parseAccountId(id)), ['raw as base32']),
    );
    expect(find(files, otherForms)).toEqual([]);
    expect(findUndocumented(tables)).toEqual([]);
  });

  await test.step('whatever is planted is found', () => {
    const database = openDatabase(databasePath(relay.data));
    database.exec('CREATE TABLE contacts (owner TEXT, peer BLOB) STRICT');
    const peer = accountIdBytes(parseAccountId(idOf(ben)));
    database.prepare('INSERT INTO contacts VALUES (?, ?)').run([idOf(ana), peer]);
    database
      .prepare('UPDATE queue SET envelope = ? WHERE mailbox = ?')
      .run([Buffer.from(`from ${idOf(ana)}`), idOf(ben)]);
    database.close();
    const planted = readTables(relay.data);
    expect(findUndocumented(planted)).toEqual(['the table contacts']);
    const findings = findStrangers(planted, everybody.map(idOf)).join('\n');
    expect(findings).toContain(`“${idOf(ana)}” in contacts of nobody`);
    expect(findings).toContain(`“the id ${idOf(ben)}” in contacts of nobody`);
    expect(findings).toContain(`“${idOf(ana)}” in queue of ${idOf(ben)}`);
  });

  await test.step('nobody asked anything of anyone but the relay, and no call was prepared', async () => {
    expect([...proxy.destinations.keys()]).toEqual([relay.url]);
    expect(calls).toEqual([]);
    // That both are noticed is shown by doing them.
    await eva.page.evaluate(() => new RTCPeerConnection().close());
    await expect.poll(() => calls.length).toBe(1);
    const elsewhere = await eva.context.newPage();
    await elsewhere.goto('http://elsewhere.invalid/').catch(() => undefined);
    expect([...proxy.destinations.keys()]).toContain('http://elsewhere.invalid');
  });
});

test('what the relay knows is what its database holds, and one column more is seen', async ({
  newPerson,
  relay,
}) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  const { id } = parseInvite(await inviteLink(ana.page));
  await introduce(ben, ana);
  await send(ben.page, 'one more');
  await expectMessage(ana.page, { from: 'Ben', text: 'one more' });
  await expect(message(ben.page, { from: 'You', text: 'one more', state: 'Read' })).toBeVisible();

  const before = await readLedger(ana.page);
  expect(before.length).toBeGreaterThan(100);
  for (const table of [
    'mailboxes',
    'signed_prekeys',
    'one_time_prekeys',
    'kyber_prekeys',
    'tokens',
  ])
    expect(before.some((row) => row.startsWith(`${table}: `))).toBe(true);
  const tables = readTables(relay.data);
  expect(before).toEqual(asShown(tables, id));
  expect(findUndocumented(tables)).toEqual([]);

  await relay.stop();
  const database = openDatabase(databasePath(relay.data));
  database.exec("ALTER TABLE mailboxes ADD COLUMN met TEXT NOT NULL DEFAULT 'Ben, at six'");
  database.close();
  const planted = readTables(relay.data);
  expect(findUndocumented(planted)).toEqual(['the column mailboxes.met']);
  expect(before).not.toEqual(asShown(planted, id));

  // The relay says so itself, for it shows what is there and not what it meant to write.
  await expect(status(ana.page, 'Offline')).toBeVisible();
  await relay.start();
  await expect(status(ana.page, 'Offline')).toBeHidden({ timeout: 20_000 });
  expect((await readLedger(ana.page)).join('\n')).toContain('met=Ben, at six');
});
