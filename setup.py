"""What pyproject.toml cannot say: the page is carried inside the package, as ``gradviz/served``.

At the top of an environment a package with the name ``page`` would be in everybody's way.
"""

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py


class WithoutItself(build_py):
    """``gradviz/served`` has the modules of this folder, but not this one."""

    def find_package_modules(self, package, package_dir):
        modules = super().find_package_modules(package, package_dir)
        return [module for module in modules if module[1] != "setup"]


PAGE = find_packages(include=["page", "page.*"])
setup(
    packages=[
        *find_packages(include=["gradviz", "gradviz.*"]),
        "gradviz.served",
        *(f"gradviz.served.{room}" for room in PAGE),
    ],
    package_dir={"gradviz.served": "."} | {f"gradviz.served.{room}": room.replace(".", "/") for room in PAGE},
    cmdclass={"build_py": WithoutItself},
)
