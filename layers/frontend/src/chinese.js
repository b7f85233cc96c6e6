// Streamlit's own English texts -> Chinese, as they appear.

export const TEXTS = new Map(Object.entries({
  "Skip to main content": "跳到正文",
  "Page not found": "没有这个页面",
  "Connection error": "与看板的连接已中断",
  "Connecting": "正在连接",
  "CONNECTING": "正在连接",
  "Running...": "正在计算……",
  "RUNNING...": "正在计算……",
  "Stop": "停止",
  "Close": "关闭",
  "Dismiss": "关闭",
  "Loading...": "正在载入……",
  "Please wait...": "请稍候……",
  "Fullscreen": "全屏",
  "Exit fullscreen": "退出全屏",
  "Close fullscreen": "退出全屏",
  "View fullscreen": "全屏查看",
  "App pages": "页面导航",
  "Sidebar": "侧栏",
  "Expand sidebar": "展开侧栏",
  "Collapse sidebar": "收起侧栏",
  "streamlit_folium.st_folium": "地图",
  "streamlit run yourscript.py": "重新启动看板程序",
  "Open": "展开",
  "Clear selection": "清除选择",
  "Dataframe column menu": "列菜单",
  "text": "文字",
  "Copy column name": "复制列名",
  "Sort ascending": "升序",
  "Sort descending": "降序",
  "Statistics": "统计",
  "Autosize": "自动列宽",
  "Pin column": "固定列",
  "Unpin column": "取消固定",
  "Hide column": "隐藏列",
  "Format": "格式",
  "(index)": "（行号）",
  "Previous Result": "上一个",
  "Next Result": "下一个",
  "Close Search": "关闭搜索",
  "Type to search": "输入文字搜索",
  "Values": "有值",
  "Empty": "空值",
  "Distinct": "不同值",
  "Minimum length": "最短",
  "Maximum length": "最长",
  "Average length": "平均长度",
  "Main menu": "主菜单",
  "More": "更多",
  "More pages": "更多页面",
  "Select all": "全选",
  "Clear": "清除",
  "Clear all": "全部清除",
  "Clear value": "清除",
  "No results": "没有符合的结果",
  "No results found": "没有符合的结果",
  "No options to select.": "没有可选项",
  "No options to select": "没有可选项",
  "Choose an option": "请选择",
  "Choose options": "请选择",
  "Press Enter to apply": "按回车确认",
  "Press Enter to submit form": "按回车提交",
  "Upload": "上传",
  "Browse files": "选择文件",
  "Add files": "添加文件",
  "file upload": "上传文件",
  "add icon": "添加",
  "Upload files": "上传文件",
  "Drag and drop a file here": "把文件拖到这里",
  "Drop files here": "把文件拖到这里",
  "Remove file": "移除文件",
  "Browse": "选择文件",
  "Drag and drop file here": "把文件拖到这里",
  "Drag and drop files here": "把文件拖到这里",
  "Search": "搜索",
  "Download": "下载",
  "Download as CSV": "下载为 CSV",
  "Show/hide columns": "显示或隐藏列",
  "Copied": "已复制",
  "Copy to clipboard": "复制",
  "Increment": "增加",
  "progress": "进度",
  "Decrement": "减少",
}));

const PATTERNS = [
  [/^(\d+) options? available\.?$/, "共 $1 个选项"],
  [/^Top values frequency chart: ?(.*)$/s, "常见值：$1"],
  [/^Is Streamlit still running\?.*/s, "看板程序可能已停止。请在运行看板的电脑上重新启动，本页会自动恢复。"],
  [/^Cannot connect to Streamlit.*/s, "看板程序可能已停止。请在运行看板的电脑上重新启动，本页会自动恢复。"],
  [/^(The page that you have requested|You have requested page).*/s, "链接中的页面不存在，已打开总览。"],
  [/^Failed to process a Websocket message.*/s, "与看板的通信出错，请刷新页面。"],
  [/^(.+) is not a valid.*/s, "输入的值不合要求。"],
  [/^([\d.]+ ?[KMG]?B) per file.*/s, "每个文件不超过 $1"],
  [/^You can only select up to (\d+) options?\..*/s, "最多选 $1 项，请先去掉一项"],
  [/^(\d+) more$/, "另有 $1 项"],
  [/^Help for (.+)$/s, "关于“$1”的说明"],
  [/^Delete (.+)$/s, "移除 $1"],
  [/^Remove (.+)$/s, "移除 $1"],
  [/^Limit (.+) per file.*/s, (_, size) => `每个文件不超过 ${size}`],
];

/** The Chinese for a text of Streamlit, or null where it is none. */
export function translate(text) {
  const plain = text.trim();
  if (!/[A-Za-z]{2}/.test(plain)) return null;
  if (TEXTS.has(plain)) return TEXTS.get(plain);
  const found = PATTERNS.find(([pattern]) => pattern.test(plain));
  return found ? plain.replace(found[0], found[1]) : null;
}

const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt"];

function rewrite(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const chinese = translate(node.data);
    if (chinese !== null) node.data = chinese;
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE || ["SCRIPT", "STYLE"].includes(node.tagName)) return;
  for (const name of ATTRIBUTES) {
    const chinese = node.hasAttribute(name) ? translate(node.getAttribute(name)) : null;
    if (chinese !== null) node.setAttribute(name, chinese);
  }
  for (const child of node.childNodes) rewrite(child);
}

/** Rewrite what is there and whatever comes. */
export function watch(root) {
  rewrite(root);
  const observer = new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "childList") addedNodes.forEach(rewrite);
      else rewrite(target);
    }
  });
  observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
}

if (globalThis.document) watch(document.documentElement);
