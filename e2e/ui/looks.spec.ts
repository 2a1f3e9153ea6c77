/**
 * How the states of demo-states.ts look: that nothing is cut off where there is little room, that every state can be
 * told in forced colours, that nothing moves for whoever does not want it, and pictures of them where wished
 * (`SOTTO_SCREENSHOTS=1 npx playwright test -c e2e/ui looks`, in test-results/screenshots).
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Page } from '@playwright/test';
import { axeFindings } from '../support/axe.ts';
import { type DemoLanguage, showDemoStates } from './demo-states.ts';
import { expect, log, test } from './demo.ts';

const folder = resolve(import.meta.dirname, '../../test-results/screenshots');
const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 380, height: 700 } };

/**
 * Texts that are cut off or stand outside their button or the page, each with where. What is meant to end in an
 * ellipsis (names, last lines) and what can be scrolled to is not.
 */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parentOf = (node: Node): Element | undefined => {
      const parent = node.parentNode;
      if (parent instanceof Element) return parent;
      return parent instanceof ShadowRoot ? parent.host : undefined;
    };
    const meant = '.clip, .visually-hidden, .count, select, textarea, input';
    /** Why this box of a text is not wholly to be seen. */
    const fault = (text: Text, box: DOMRect): string | undefined => {
      for (let at = parentOf(text); at; at = parentOf(at)) {
        if (at.matches(meant)) return undefined;
        const room = at.getBoundingClientRect();
        const { overflowX, overflowY } = getComputedStyle(at);
        const across = box.left < room.left - 1 || box.right > room.right + 1;
        const along = box.top < room.top - 1 || box.bottom > room.bottom + 1;
        if (overflowX !== 'visible' && across) return `cut by ${at.localName}.${at.className}`;
        if (/hidden|clip/.test(overflowY) && along) return `cut by ${at.localName}.${at.className}`;
        if (at.matches('button') && (across || along)) return 'outside its button';
        // What lies beyond the edge of something that scrolls is there.
        if (/auto|scroll/.test(overflowY) && along) return undefined;
      }
      return box.left < -1 || box.right > innerWidth + 1 ? 'outside the page' : undefined;
    };
    const found: string[] = [];
    const look = (node: Node): void => {
      if (node instanceof Element) {
        if (!node.checkVisibility({ visibilityProperty: true }) && node.localName !== 'slot') {
          if (getComputedStyle(node).display !== 'contents') return;
        }
        if (node.shadowRoot) node.shadowRoot.childNodes.forEach(look);
      }
      if (node instanceof Text && node.data.trim()) {
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
          const why = box.width > 0 ? fault(node, box) : undefined;
          if (why) return void found.push(`“${node.data.trim()}” ${why}`);
        }
      }
      if (!(node instanceof HTMLStyleElement)) node.childNodes.forEach(look);
    };
    look(document.body);
    return found;
  });
}

test.describe('little room', () => {
  test.describe('320 px and words 40 % longer', () => {
    test.use({ viewport: { width: 320, height: 640 } });
    test('cut nothing off', async ({ page, server }) => {
      test.setTimeout(180_000);
      await showDemoStates(page, server, 'pseudo', async (state) => {
        expect.soft(await cutOff(page), state).toEqual([]);
      });
    });
  });

  test.describe('a zoom of 200 %', () => {
    // What a window of 1280 × 800 has room for then.
    test.use({ viewport: { width: 640, height: 400 } });
    test('cuts nothing off', async ({ page, server }) => {
      test.setTimeout(180_000);
      await showDemoStates(page, server, 'es', async (state) => {
        expect.soft(await cutOff(page), state).toEqual([]);
      });
    });
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`axe, ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });
    test('finds nothing in the rarer states either', async ({ page, server }) => {
      test.setTimeout(240_000);
      await showDemoStates(page, server, 'en', async (state) => {
        // Nothing but the colours differs in the dark.
        const rules = colorScheme === 'dark' ? { rule: 'color-contrast' } : {};
        expect.soft(await axeFindings(page, rules), state).toEqual([]);
      });
    });
  });
}

test.describe('a clock with a.m. and p.m.', () => {
  test.use({ locale: 'en-US' });
  test('is read the same way in a text that runs from right to left', async ({ page, demo }) => {
    await demo.open('دانا');
    const [hour, half] = await log(page)
      .locator('article time')
      .first()
      .evaluate((time) => {
        const text = [...time.childNodes].find((node) => node instanceof Text);
        if (!text) throw new Error('no time');
        const leftOf = (from: number, to: number): number => {
          const range = document.createRange();
          range.setStart(text, from);
          range.setEnd(text, to);
          return range.getBoundingClientRect().left;
        };
        return [leftOf(0, 1), leftOf(text.length - 2, text.length)];
      });
    expect(hour).toBeLessThan(half ?? 0);
  });
});

/** Everything of a page that moves by itself or on the way from one look to another. */
function moving(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const look = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll('*')) {
        for (const part of [undefined, '::before', '::after', '::backdrop']) {
          const { animationName, animationDuration, transitionDuration } = getComputedStyle(
            element,
            part,
          );
          const animated = animationName !== 'none' && animationDuration !== '0s';
          if (animated || /[1-9]/.test(transitionDuration))
            found.push(`${element.localName}.${element.className}${part ?? ''}`);
        }
        if (element.shadowRoot) look(element.shadowRoot);
      }
    };
    look(document);
    return found;
  });
}

test.describe('motion', () => {
  test('is there for whoever did not ask for none', async ({ page, demo }) => {
    await demo.open('Marta');
    expect(await moving(page)).not.toEqual([]);
  });

  test('is nowhere for whoever asked for none', async ({ page, server }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await showDemoStates(page, server, 'en', async (state) => {
      expect.soft(await moving(page), state).toEqual([]);
    });
  });
});

test.describe('forced colours', () => {
  test.use({ contextOptions: { forcedColors: 'active' } });

  /** Width of the outline, or else of the border, of what the selector finds first. */
  const edge = (page: Page, selector: string): Promise<string> =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const { outlineStyle, outlineWidth, borderTopWidth } = getComputedStyle(element);
        return outlineStyle === 'none' ? borderTopWidth : outlineWidth;
      });

  test('leave every state an edge of its own, where a tint told it', async ({ page, demo }) => {
    await demo.open('Ana Quetzal');
    expect(await edge(page, '.line[aria-current="page"]')).toBe('2px');
    expect(await edge(page, '.line:not([aria-current])')).toBe('0px');
    expect(await edge(page, '.row.own .bubble')).toBe('1px');
    expect(await edge(page, '.row.other .bubble')).toBe('1px');
    const colour = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).borderTopColor);
    expect(await colour('.row.own .bubble')).not.toBe(await colour('.row.other .bubble'));
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await expect(page.getByRole('radio', { name: 'As the system' })).toBeChecked();
    expect(await edge(page, '.choices input:checked + span')).toBe('2px');
    expect(await edge(page, '.choices input:not(:checked) + span')).toBe('1px');
    await expect(page.getByRole('switch').first()).toHaveCSS('appearance', 'auto');
  });
});

// To look at, not a test.
if (process.env['SOTTO_SCREENSHOTS']) {
  interface Look {
    readonly viewport: { readonly width: number; readonly height: number };
    readonly colorScheme?: 'light' | 'dark';
    readonly forcedColors?: 'active';
    readonly language?: DemoLanguage;
  }
  const looks: Record<string, Look> = {
    'small-pseudo': { viewport: { width: 320, height: 640 }, language: 'pseudo' },
    'zoomed-light-es': { viewport: { width: 640, height: 400 }, language: 'es' },
    'forced-dark-en': { viewport: sizes.wide, colorScheme: 'dark', forcedColors: 'active' },
    'forced-light-en': { viewport: sizes.narrow, forcedColors: 'active' },
  };
  for (const [size, viewport] of Object.entries(sizes))
    for (const colorScheme of ['light', 'dark'] as const)
      for (const language of ['en', 'es'] as const)
        looks[`${size}-${colorScheme}-${language}`] = { viewport, colorScheme, language };
  for (const [look, { language = 'en', colorScheme = 'light', ...rest }] of Object.entries(looks)) {
    test.describe(`pictures ${look}`, () => {
      test.use({ ...rest, colorScheme, locale: language === 'es' ? 'es-ES' : 'en-US' });
      test('states of the demonstration', async ({ page, server }) => {
        test.setTimeout(180_000);
        await mkdir(folder, { recursive: true });
        let serial = 0;
        await showDemoStates(page, server, language, async (state) => {
          const number = String(++serial).padStart(2, '0');
          const path = join(folder, `${look}-demo-${number}-${state}.png`);
          await page.screenshot({ path, animations: 'disabled' });
        });
      });
    });
  }
}
