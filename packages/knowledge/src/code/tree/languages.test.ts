// Each language finds whom its calls mean across files, and leaves what it cannot know.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { openCodeMap } from '../code-map.ts'
import { extractors } from '../extractors.ts'
import { COPY } from '../store/store.ts'

/** Calls of a folder with these files: `file:caller > file:callee`. */
async function calls(files: Record<string, string>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'tutti-map-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const map = openCodeMap({ root, database: ':memory:', extractors: await extractors() })
  map.index()
  expect(map.problems()).toEqual([])
  const rows = map.store.all(
    `select sf.path || ':' || s.path || ' > ' || tf.path || ':' || t.path line from edge e join node s on s.id = e.source
     join file sf on sf.id = s.file join node t on t.id = e.target join file tf on tf.id = t.file
     where sf.copy = ? and e.kind in ('calls', 'constructs')`,
    COPY,
  )
  map.close()
  rmSync(root, { recursive: true })
  return [...new Set(rows.map((row) => String(row['line'])))].sort()
}

test('Python: imports, attributes, annotations, inheritance and self', async () => {
  const found = await calls({
    'shop/__init__.py': '',
    'shop/cart.py': `from .items import Item, price as cost\nfrom . import tools\n\nclass Base:\n    def total(self):\n        return 1\n\nclass Cart(Base):\n    def __init__(self, first: Item):\n        self.first = first\n        self.box = Item()\n\n    def run(self):\n        self.total()\n        self.first.weigh()\n        self.box.weigh()\n        tools.log(cost(3))\n        unknown.weigh()\n`,
    'shop/items.py': `class Item:\n    def weigh(self) -> int:\n        return helper()\n\ndef helper():\n    return 2\n\ndef price(n):\n    return n\n`,
    'shop/tools.py': `def log(x):\n    pass\n`,
    'main.py': `import shop.tools\nfrom shop.cart import Cart\nfrom shop.items import Item\n\ndef make() -> Cart:\n    return Cart(Item())\n\ndef main():\n    make().run()\n    for one in [Item()]:\n        one.weigh()\n    shop.tools.log(1)\n`,
  })
  expect(found).toEqual([
    'main.py:main > main.py:make',
    'main.py:main > shop/cart.py:Cart.run',
    'main.py:main > shop/items.py:Item',
    'main.py:main > shop/items.py:Item.weigh',
    'main.py:main > shop/tools.py:log',
    'main.py:make > shop/cart.py:Cart',
    'main.py:make > shop/items.py:Item',
    'shop/cart.py:Cart.__init__ > shop/items.py:Item',
    'shop/cart.py:Cart.run > shop/cart.py:Base.total',
    'shop/cart.py:Cart.run > shop/items.py:Item.weigh',
    'shop/cart.py:Cart.run > shop/items.py:price',
    'shop/cart.py:Cart.run > shop/tools.py:log',
    'shop/items.py:Item.weigh > shop/items.py:helper',
  ])
})

test('Go: packages of several files, receivers, fields, embedded types and other packages', async () => {
  const found = await calls({
    'go.mod': 'module example.com/app\n',
    'main.go': `package main\n\nimport "example.com/app/store"\n\nfunc main() {\n\ts, err := store.Open("x")\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\ts.Put(1)\n\ts.Log()\n\tfor _, r := range s.Rows() {\n\t\tr.Print()\n\t}\n\thelp()\n}\n`,
    'help.go': `package main\n\nfunc help() {}\n`,
    'store/store.go': `package store\n\ntype Logger struct{}\n\nfunc (l *Logger) Log() {}\n\ntype Store struct {\n\tLogger\n\tdisk *Disk\n}\n\nfunc Open(path string) (*Store, error) {\n\treturn &Store{disk: newDisk()}, nil\n}\n\nfunc (s *Store) Put(n int) {\n\ts.disk.Write(n)\n}\n`,
    'store/disk.go': `package store\n\ntype Disk struct{}\n\ntype Row struct{}\n\nfunc (r Row) Print() {}\n\nfunc newDisk() *Disk { return &Disk{} }\n\nfunc (d *Disk) Write(n int) {}\n\nfunc (s *Store) Rows() []Row { return nil }\n`,
  })
  expect(found).toEqual([
    'main.go:main > help.go:help',
    'main.go:main > store/disk.go:Row.Print',
    'main.go:main > store/disk.go:Store.Rows',
    'main.go:main > store/store.go:Logger.Log',
    'main.go:main > store/store.go:Open',
    'main.go:main > store/store.go:Store.Put',
    'store/store.go:Open > store/disk.go:newDisk',
    'store/store.go:Store.Put > store/disk.go:Disk.Write',
  ])
})

test('Rust: use paths, impl blocks, associated functions and containers', async () => {
  const found = await calls({
    'Cargo.toml': '[package]\nname = "app"\n',
    'src/main.rs': `mod store;\nuse crate::store::{disk::Disk, Store};\n\nfn main() {\n    let s = Store::open(Box::new(Disk::new()));\n    s.put(1).unwrap();\n    store::log();\n    for d in s.disks() {\n        d.write(1);\n    }\n}\n`,
    'src/store/mod.rs': `pub mod disk;\nuse self::disk::Disk;\n\npub struct Store {\n    disk: Box<Disk>,\n}\n\nimpl Store {\n    pub fn open(disk: Box<Disk>) -> Self {\n        Self { disk }\n    }\n    pub fn put(&self, n: u32) -> Option<u32> {\n        self.check();\n        self.disk.write(n)\n    }\n    fn check(&self) {}\n    pub fn disks(&self) -> Vec<Disk> {\n        vec![]\n    }\n}\n\npub fn log() {}\n`,
    'src/store/disk.rs': `pub struct Disk;\n\nimpl Disk {\n    pub fn new() -> Disk {\n        Disk\n    }\n    pub fn write(&self, n: u32) -> Option<u32> {\n        super::log();\n        Some(n)\n    }\n}\n`,
  })
  expect(found).toEqual([
    'src/main.rs:main > src/store/disk.rs:Disk.new',
    'src/main.rs:main > src/store/disk.rs:Disk.write',
    'src/main.rs:main > src/store/mod.rs:Store.disks',
    'src/main.rs:main > src/store/mod.rs:Store.open',
    'src/main.rs:main > src/store/mod.rs:Store.put',
    'src/main.rs:main > src/store/mod.rs:log',
    'src/store/disk.rs:Disk.write > src/store/mod.rs:log',
    'src/store/mod.rs:Store.put > src/store/disk.rs:Disk.write',
    'src/store/mod.rs:Store.put > src/store/mod.rs:Store.check',
  ])
})

test('Java: imports, the same package, fields, statics, inheritance and generics', async () => {
  const found = await calls({
    'src/a/Shop.java': `package a;\nimport b.Item;\nimport java.util.List;\n\npublic class Shop extends Base {\n  private final Item item;\n  Shop(Item item) { this.item = item; }\n  List<Item> all() { return null; }\n  void run() {\n    item.weigh();\n    log();\n    Tools.help(1);\n    for (Item one : all()) one.weigh();\n    var made = new Item();\n    made.weigh();\n    Item.of(2).weigh();\n  }\n}\n`,
    'src/a/Base.java': `package a;\npublic class Base { void log() {} }\n`,
    'src/a/Tools.java': `package a;\nclass Tools { static void help(int n) {} }\n`,
    'src/b/Item.java': `package b;\npublic class Item { public void weigh() {} public static Item of(int n) { return new Item(); } }\n`,
  })
  expect(found).toEqual([
    'src/a/Shop.java:Shop.run > src/a/Base.java:Base.log',
    'src/a/Shop.java:Shop.run > src/a/Shop.java:Shop.all',
    'src/a/Shop.java:Shop.run > src/a/Tools.java:Tools.help',
    'src/a/Shop.java:Shop.run > src/b/Item.java:Item',
    'src/a/Shop.java:Shop.run > src/b/Item.java:Item.of',
    'src/a/Shop.java:Shop.run > src/b/Item.java:Item.weigh',
    'src/b/Item.java:Item.of > src/b/Item.java:Item',
  ])
})

test('Kotlin: imports, the same package, fields of the head, companions, objects, what extends a type, and what a test of a type makes of a name', async () => {
  const found = await calls({
    'src/shop/Shop.kt': `package shop\n\nimport shop.store.Shelf\nimport shop.store.weighed as heavy\n\nclass Shop(private val shelf: Shelf, n: Int) : Base(n), Named {\n    val items: List<Item> = listOf()\n    val spare by lazy { Item("a") }\n    override fun name(): String = shelf.label()\n    fun sell(item: Item): Item? {\n        log()\n        val found = items.firstOrNull { it.fits(item) } ?: return null\n        for (one in items) one.weigh()\n        items.filter { it.isHeavy() }.forEach { one -> one.pack() }\n        if (item is Book) item.read()\n        when (item) {\n            is Book -> item.close()\n            else -> heavy(item)\n        }\n        spare.weigh()\n        audit()\n        help(1)\n        return found.also { it.pack() }\n    }\n    companion object {\n        fun make(): Shop = Shop(Shelf(), 1)\n    }\n}\n\nopen class Base(n: Int) { fun log() {} }\ninterface Named { fun name(): String }\n`,
    'src/shop/Item.kt': `package shop\n\nopen class Item(val title: String) {\n    fun fits(other: Item) = true\n    fun weigh() = 1\n    fun pack() {}\n    fun isHeavy() = true\n}\nclass Book : Item("b") { fun read() {}\n    fun close() {} }\nfun Shop.audit() { name() }\nfun help(n: Int) {}\nobject Registry { fun find(): Shop? = null }\n`,
    'src/shop/main.kt': `package shop\n\nfun main() {\n    val shop = Registry.find()!!\n    shop.sell(Item("b"))?.weigh()\n    Shop.make().audit()\n    shop.apply { sell(Item("c")) }\n    unknown()\n    shop.unknown()\n}\n`,
    'src/shop/store/Store.kt': `package shop.store\n\nimport shop.Item\n\nclass Shelf { fun label() = "x" }\nfun weighed(item: Item) = item.weigh()\n`,
  })
  expect(found).toEqual([
    'src/shop/Item.kt:Book > src/shop/Item.kt:Item',
    'src/shop/Item.kt:audit > src/shop/Shop.kt:Shop.name',
    'src/shop/Shop.kt:Shop > src/shop/Item.kt:Item',
    'src/shop/Shop.kt:Shop > src/shop/Shop.kt:Base',
    'src/shop/Shop.kt:Shop.make > src/shop/Shop.kt:Shop',
    'src/shop/Shop.kt:Shop.make > src/shop/store/Store.kt:Shelf',
    'src/shop/Shop.kt:Shop.name > src/shop/store/Store.kt:Shelf.label',
    'src/shop/Shop.kt:Shop.sell > src/shop/Item.kt:Book.close',
    'src/shop/Shop.kt:Shop.sell > src/shop/Item.kt:Book.read',
    'src/shop/Shop.kt:Shop.sell > src/shop/Item.kt:Item.fits',
    'src/shop/Shop.kt:Shop.sell > src/shop/Item.kt:Item.isHeavy',
    'src/shop/Shop.kt:Shop.sell > src/shop/Item.kt:Item.pack',
    'src/shop/Shop.kt:Shop.sell > src/shop/Item.kt:Item.weigh',
    'src/shop/Shop.kt:Shop.sell > src/shop/Item.kt:audit',
    'src/shop/Shop.kt:Shop.sell > src/shop/Item.kt:help',
    'src/shop/Shop.kt:Shop.sell > src/shop/Shop.kt:Base.log',
    'src/shop/Shop.kt:Shop.sell > src/shop/store/Store.kt:weighed',
    'src/shop/main.kt:main > src/shop/Item.kt:Item',
    'src/shop/main.kt:main > src/shop/Item.kt:Item.weigh',
    'src/shop/main.kt:main > src/shop/Item.kt:Registry.find',
    'src/shop/main.kt:main > src/shop/Item.kt:audit',
    'src/shop/main.kt:main > src/shop/Shop.kt:Shop.make',
    'src/shop/main.kt:main > src/shop/Shop.kt:Shop.sell',
    'src/shop/store/Store.kt:weighed > src/shop/Item.kt:Item.weigh',
  ])
})

test('C#: members of the own class and of others by file name', async () => {
  const found = await calls({
    'Shop.cs': `namespace A;\npublic class Shop : Base {\n  private readonly Item item;\n  public Shop(Item item) { this.item = item; }\n  public void Run() {\n    item.Weigh();\n    Log();\n    Item.Make().Weigh();\n    var made = new Item();\n    made.Weigh();\n  }\n}\n`,
    'Base.cs': `namespace A;\npublic class Base { protected void Log() {} }\n`,
    'Item.cs': `namespace A;\npublic class Item { public void Weigh() {} public static Item Make() { return new Item(); } }\n`,
  })
  expect(found).toEqual([
    'Item.cs:Item.Make > Item.cs:Item',
    'Shop.cs:Shop.Run > Base.cs:Base.Log',
    'Shop.cs:Shop.Run > Item.cs:Item',
    'Shop.cs:Shop.Run > Item.cs:Item.Make',
    'Shop.cs:Shop.Run > Item.cs:Item.Weigh',
  ])
})

test('Ruby: constants by file name, self, instance variables, mixins', async () => {
  const found = await calls({
    'app/models/cart.rb': `require_relative 'tools'\n\nclass Cart < Base\n  include Loud\n\n  def initialize(n)\n    @item = Item.new(n)\n  end\n\n  def run\n    total\n    @item.weigh\n    shout(1)\n    Item.build.weigh\n    help 3\n    nobody.weigh\n  end\nend\n`,
    'app/models/base.rb': `class Base\n  def total\n    1\n  end\nend\n`,
    'app/models/loud.rb': `module Loud\n  def shout(n)\n    n\n  end\nend\n`,
    'app/models/item.rb': `class Item\n  def self.build\n    Item.new(1)\n  end\n\n  def weigh\n    2\n  end\nend\n`,
    'app/models/tools.rb': `def help(n)\n  n\nend\n`,
  })
  expect(found).toEqual([
    'app/models/cart.rb:Cart.initialize > app/models/item.rb:Item',
    'app/models/cart.rb:Cart.run > app/models/base.rb:Base.total',
    'app/models/cart.rb:Cart.run > app/models/item.rb:Item.build',
    'app/models/cart.rb:Cart.run > app/models/item.rb:Item.weigh',
    'app/models/cart.rb:Cart.run > app/models/loud.rb:Loud.shout',
    'app/models/item.rb:Item.build > app/models/item.rb:Item',
  ])
})

test('C: functions of the own file, of an included header and of the source beside it', async () => {
  const found = await calls({
    'src/main.c': `#include <stdio.h>\n#include "disk.h"\n\nstatic int helper(int n) { return n; }\n\nint main(void) {\n  struct disk *d = disk_open("x");\n  printf("%d", helper(disk_size(d)));\n  nobody();\n  return 0;\n}\n`,
    'src/disk.h': `struct disk;\nstruct disk *disk_open(const char *path);\nint disk_size(struct disk *d);\n`,
    'src/disk.c': `#include "disk.h"\nstruct disk { int n; };\nstruct disk *disk_open(const char *path) { return 0; }\nint disk_size(struct disk *d) { return disk_count(d); }\nint disk_count(struct disk *d) { return 1; }\n`,
  })
  expect(found).toEqual([
    'src/disk.c:disk_size > src/disk.c:disk_count',
    'src/main.c:main > src/disk.c:disk_open',
    'src/main.c:main > src/disk.c:disk_size',
    'src/main.c:main > src/main.c:helper',
  ])
})

test('C++: members, statics, smart pointers, containers and methods defined outside of their class', async () => {
  const found = await calls({
    'disk.h': `class Disk {\n public:\n  void write(int n);\n};\nclass Item {\n public:\n  void weigh() {}\n};\n`,
    'cart.cpp': `#include "disk.h"\n#include <vector>\nclass Cart {\n public:\n  void put(int n);\n  static Cart make() { return Cart(); }\n  int size() { return count(); }\n  int count() { return 1; }\n private:\n  Disk* disk_;\n  std::vector<Item> items_;\n  std::unique_ptr<Disk> other_;\n};\nvoid Cart::put(int n) {\n  disk_->write(n);\n  this->size();\n  other_->write(1);\n  for (auto& x : items_) x.weigh();\n}\nint main() {\n  Cart::make().put(1);\n  Item* p = new Item();\n  p->weigh();\n  return 0;\n}\n`,
  })
  expect(found).toEqual([
    'cart.cpp:Cart.make > cart.cpp:Cart',
    'cart.cpp:Cart.put > cart.cpp:Cart.size',
    'cart.cpp:Cart.put > disk.h:Disk.write',
    'cart.cpp:Cart.put > disk.h:Item.weigh',
    'cart.cpp:Cart.size > cart.cpp:Cart.count',
    'cart.cpp:main > cart.cpp:Cart.make',
    'cart.cpp:main > cart.cpp:Cart.put',
    'cart.cpp:main > disk.h:Item',
    'cart.cpp:main > disk.h:Item.weigh',
  ])
})

test('PHP: use, the same namespace, typed and promoted properties, traits, statics and parent', async () => {
  const found = await calls({
    'src/Shop/Cart.php': `<?php\nnamespace App\\Shop;\nuse App\\Model\\Item;\nclass Cart extends Base {\n  use Loud;\n  private Item $item;\n  public function __construct(private Disk $disk) { $this->item = new Item(1); }\n  public static function make(): self { return new static(new Disk()); }\n  /** @return Item[] */\n  public function run(): Item {\n    $this->item->weigh();\n    $this->disk->write();\n    self::make()->go();\n    parent::log();\n    $this->shout();\n    top();\n    $b = new Item;\n    $b?->weigh();\n    $nobody->weigh();\n    return $this->item;\n  }\n  private function go(): void { $this->run()->weigh(); }\n}\nfunction top(): void {}\n`,
    'src/Shop/Base.php': `<?php\nnamespace App\\Shop;\nclass Base { protected function log(): void {} }\n`,
    'src/Shop/Loud.php': `<?php\nnamespace App\\Shop;\ntrait Loud { function shout(): void {} }\n`,
    'src/Shop/Disk.php': `<?php\nnamespace App\\Shop;\nclass Disk { function write(): void {} }\n`,
    'src/Model/Item.php': `<?php\nnamespace App\\Model;\nclass Item { function weigh(): void {} }\n`,
  })
  expect(found).toEqual([
    'src/Shop/Cart.php:Cart.__construct > src/Model/Item.php:Item',
    'src/Shop/Cart.php:Cart.go > src/Model/Item.php:Item.weigh',
    'src/Shop/Cart.php:Cart.go > src/Shop/Cart.php:Cart.run',
    'src/Shop/Cart.php:Cart.make > src/Shop/Cart.php:Cart',
    'src/Shop/Cart.php:Cart.make > src/Shop/Disk.php:Disk',
    'src/Shop/Cart.php:Cart.run > src/Model/Item.php:Item',
    'src/Shop/Cart.php:Cart.run > src/Model/Item.php:Item.weigh',
    'src/Shop/Cart.php:Cart.run > src/Shop/Base.php:Base.log',
    'src/Shop/Cart.php:Cart.run > src/Shop/Cart.php:Cart.go',
    'src/Shop/Cart.php:Cart.run > src/Shop/Cart.php:Cart.make',
    'src/Shop/Cart.php:Cart.run > src/Shop/Cart.php:top',
    'src/Shop/Cart.php:Cart.run > src/Shop/Disk.php:Disk.write',
    'src/Shop/Cart.php:Cart.run > src/Shop/Loud.php:Loud.shout',
  ])
})

test('Bash: functions of the own file and of sourced ones; programs stay unresolved', async () => {
  const found = await calls({
    'run.sh': `#!/bin/bash\nsource ./lib.sh\n. "$(dirname "$0")/more.sh"\nmain() {\n  help_me "$(pick x)" | grep y\n  if loud; then ls; fi\n}\nfunction loud { pick a && help_me; }\nmain "$@"\n`,
    'lib.sh': `help_me() { echo hi; }\n`,
    'more.sh': `pick() { help_me; }\n`,
  })
  expect(found).toEqual([
    'run.sh: > run.sh:main',
    'run.sh:loud > lib.sh:help_me',
    'run.sh:loud > more.sh:pick',
    'run.sh:main > lib.sh:help_me',
    'run.sh:main > more.sh:pick',
    'run.sh:main > run.sh:loud',
  ])
})
