// The window in front as a tree of Android views: from the page's elements, with bounds in CSS pixels of the screen.
async () => {
  await ui.settled(); // the real tool waits until nothing moves, too
  const page = ui.page();
  const frame = ui.frame();
  const recents = ui.state().recents;
  const root = recents ? document.getElementById('recents') : page ? page.body : document.getElementById('keyguard');
  const pack = page && !recents ? page.body.dataset.package : recents ? document.body.dataset.launcher : 'com.android.systemui';
  const inFrame = root === page?.body;
  const offset = inFrame ? frame.getBoundingClientRect() : { left: 0, top: 0 };
  const view = inFrame
    ? { left: 0, top: 0, right: frame.clientWidth, bottom: frame.clientHeight }
    : { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const SKIP = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'DEFS', 'use', 'path', 'g']);
  const win = root.ownerDocument.defaultView;

  const meet = (a, b) => ({
    left: Math.max(a.left, b.left), top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom),
  });

  function kind(node) {
    const type = node.getAttribute('type');
    if (node.matches('input[role=switch]')) return 'android.widget.Switch';
    if (type === 'checkbox') return 'android.widget.CheckBox';
    if (type === 'radio') return 'android.widget.RadioButton';
    if (type === 'range') return 'android.widget.SeekBar';
    if (node.matches('input, textarea')) return 'android.widget.EditText';
    if (node.matches('button, a.main, a.pill')) return node.textContent.trim() ? 'android.widget.Button' : 'android.widget.ImageButton';
    if (node.matches('.round, .fab:not(.wide)')) return 'android.widget.ImageButton';
    if (node.matches('svg')) return 'android.widget.ImageView';
    if (node.matches('.list, .tiles, .goods, .bubbles')) return 'androidx.recyclerview.widget.RecyclerView';
    if (node.matches('main')) return 'android.widget.ScrollView';
    if (node.matches('h1, h2, p, span, legend, output, strong, label') && own(node)) return 'android.widget.TextView';
    return 'android.view.ViewGroup';
  }

  const own = (node) => [...node.childNodes].filter((one) => one.nodeType === 3).map((one) => one.data.trim()).filter(Boolean).join(' ');

  function text(node) {
    if (node.matches('input[type=password]')) return '•'.repeat(node.value.length);
    if (node.matches('input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea')) return node.value || node.placeholder || '';
    return own(node);
  }

  function label(node) {
    return node.getAttribute('aria-label') || '';
  }

  function visit(node, clip) {
    if (SKIP.has(node.tagName) || node.type === 'hidden') return [];
    const style = win.getComputedStyle(node);
    if (style.display === 'none' || style.visibility === 'hidden') return [];
    const bounds = meet(node.getBoundingClientRect(), clip);
    const inside = style.overflowY === 'visible' && style.overflowX === 'visible' ? clip : bounds;
    const children = node.tagName === 'svg' ? [] : [...node.children].flatMap((child) => visit(child, inside));
    if (bounds.right <= bounds.left || bounds.bottom <= bounds.top) return children;
    const checkable = node.matches('input[type=checkbox], input[type=radio]');
    const clickable = node.matches('a, button, input, textarea, label.row, label.chip');
    const scrollable = /auto|scroll/.test(style.overflowX + style.overflowY)
      && (node.scrollHeight > node.clientHeight || node.scrollWidth > node.clientWidth);
    // a view that shows nothing and holds one thing is not worth telling, as for a screen reader
    if (!clickable && !scrollable && !node.id && !label(node) && !text(node) && node !== root && !node.matches('main'))
      return children;
    return [{
      text: text(node), id: node.id ? `${pack}:id/${node.id}` : '', class: kind(node), package: pack, label: label(node),
      checkable, checked: checkable && node.checked, clickable, enabled: !node.disabled,
      held: node.matches('[data-hold]'), focusable: clickable, focused: node === node.ownerDocument.activeElement && node !== node.ownerDocument.body,
      scrollable, password: node.matches('input[type=password]'), selected: node.matches('.chosen'),
      bounds: [bounds.left + offset.left, bounds.top + offset.top, bounds.right + offset.left, bounds.bottom + offset.top],
      children,
    }];
  }

  return visit(root, view)[0];
}
