/**
 * The one element on the page under which everything is put: a form that is never sent. Chromium asks a server of
 * Google what the fields of each form are for, naming the page by a hash, unless the form looks like a search;
 * fields in shadow roots belong, for that, to the outermost form around them. No field here is to be filled by
 * the browser, so there is nothing to ask. The components inside have forms of their own.
 */

let form: HTMLFormElement | undefined;

/** Where the app and its dialogs are appended. */
export function surface(): HTMLElement {
  if (!form) {
    form = document.createElement('form');
    form.className = 'surface';
    form.action = '/search';
    form.autocomplete = 'off';
    document.body.append(form);
  }
  return form;
}
